package io.cts.cache.catalog;

import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.contract.LayerFeatures;
import io.cts.contract.NodeId;
import io.cts.oci.MalformedManifest;
import io.cts.oci.RawManifest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** The catalog in Postgres. Every write may be repeated. */
public final class CatalogStore {
  private final JdbcClient database;
  private final JsonMapper json;

  public CatalogStore(JdbcClient database, JsonMapper json) {
    this.database = database;
    this.json = json;
  }

  /** Reads everything into {@code catalog}. */
  public void load(Catalog catalog) {
    database.sql("select features::text from layers")
        .query(String.class)
        .list()
        .forEach(row -> catalog.add(json.readValue(row, LayerFeatures.class)));
    database.sql("select document::text from images")
        .query(String.class)
        .list()
        .forEach(row -> catalog.add(json.readValue(row, StoredImage.class)));
    database.sql("select * from variants").query((row, _) -> variant(row)).list().forEach(catalog::add);
    database.sql("select * from made_manifests").query((row, _) -> made(row)).list().forEach(catalog::add);
    database.sql("select * from forms")
        .query((row, _) -> catalog.fix(Digest.parse(row.getString("original")),
            engineClass(row.getString("engine_class")), form(row.getString("form"))))
        .list();
    database.sql("select distinct manifest from pulls where state = 'ready'")
        .query(String.class)
        .list()
        .forEach(manifest -> catalog.markReady(Digest.parse(manifest)));
  }

  public void save(StoredImage image) {
    database.sql("insert into images (manifest, document) values (?, ?::jsonb) on conflict (manifest) do nothing")
        .params(image.manifest().toString(), json.writeValueAsString(image))
        .update();
  }

  public Optional<StoredImage> image(Digest manifest) {
    return database.sql("select document::text from images where manifest = ?")
        .param(manifest.toString())
        .query(String.class)
        .optional()
        .map(document -> json.readValue(document, StoredImage.class));
  }

  public void replace(StoredImage image) {
    database.sql("update images set document = ?::jsonb where manifest = ?")
        .params(json.writeValueAsString(image), image.manifest().toString())
        .update();
  }

  public void save(LayerFeatures features) {
    database
        .sql("insert into layers (layer, diff_id, features) values (?, ?, ?::jsonb) on conflict (layer) do nothing")
        .params(features.layer().toString(), features.diffId().toString(), json.writeValueAsString(features))
        .update();
  }

  /** A variant that is there replaces the news that it could not be made. */
  public void save(Variant variant, @Nullable String failure) {
    database.sql("""
        insert into variants (diff_id, encoding, layer, codec_version, variant, size_bytes, failure)
        values (?, ?, ?, ?, ?, ?, ?)
        on conflict (diff_id, encoding) do update set variant = excluded.variant, size_bytes = excluded.size_bytes,
          codec_version = excluded.codec_version, layer = excluded.layer, failure = excluded.failure
        where variants.variant is null""")
        .params(Arrays.asList(variant.diffId().toString(), variant.encoding().toString(), variant.layer().toString(),
            variant.codecVersion(), variant.variant() == null ? null : variant.variant().toString(),
            variant.variant() == null ? null : variant.sizeBytes(), failure))
        .update();
  }

  public void delete(Variant variant) {
    database.sql("delete from variants where diff_id = ? and encoding = ?")
        .params(variant.diffId().toString(), variant.encoding().toString())
        .update();
  }

  public void save(MadeManifest made) {
    database.sql("""
        insert into made_manifests (digest, original, form, engine_class, media_type, content)
        values (?, ?, ?, ?, ?, ?) on conflict do nothing""")
        .params(made.digest().toString(), made.original().toString(), made.form().toString(),
            made.engineClass() == null ? "" : made.engineClass().toString(), made.raw().mediaType(),
            made.raw().bytes())
        .update();
  }

  public void saveForm(Digest original, EngineClass engineClass, Form form) {
    database.sql("insert into forms (original, engine_class, form) values (?, ?, ?) on conflict do nothing")
        .params(original.toString(), engineClass.toString(), form.toString())
        .update();
  }

  public void saveNodeAnswer(NodeId node, Digest original) {
    database.sql("insert into node_answers (node, original) values (?, ?) on conflict do nothing")
        .params(node.toString(), original.toString())
        .update();
  }

  /** Every node that holds an original; those answered long ago are forgotten. */
  public void nodeAnswers(BiConsumer<NodeId, Digest> each) {
    database.sql("delete from node_answers where answered_at < now() - interval '30 days'").update();
    database.sql("select node, original from node_answers")
        .query(
            (RowCallbackHandler) row -> each.accept(NodeId.of(row.getString("node")),
                Digest.parse(row.getString("original"))));
  }

  /** What fetching or making each blob took, in seconds. */
  public Map<Digest, Double> secondsToHaveAgain() {
    var seconds = new HashMap<Digest, Double>();
    database.sql("select digest, seconds from blob_costs")
        .query(
            (RowCallbackHandler) row -> seconds.put(Digest.parse(row.getString("digest")), row.getDouble("seconds")));
    return seconds;
  }

  public void saveSecondsToHaveAgain(Digest blob, double seconds) {
    database.sql("""
        insert into blob_costs (digest, seconds) values (?, ?)
        on conflict (digest) do update set seconds = excluded.seconds""").params(blob.toString(), seconds).update();
  }

  private static Variant variant(ResultSet row) throws SQLException {
    var variant = row.getString("variant");
    return new Variant(Digest.parse(row.getString("diff_id")), Encoding.parse(row.getString("encoding")),
        Digest.parse(row.getString("layer")), row.getString("codec_version"),
        variant == null ? null : Digest.parse(variant), row.getLong("size_bytes"));
  }

  private static MadeManifest made(ResultSet row) throws SQLException {
    var engineClass = row.getString("engine_class");
    try {
      return new MadeManifest(
          RawManifest.named(Digest.parse(row.getString("digest")), row.getString("media_type"),
              row.getBytes("content")),
          Digest.parse(row.getString("original")), form(row.getString("form")),
          engineClass.isEmpty() ? null : engineClass(engineClass));
    } catch (MalformedManifest e) {
      throw new IllegalStateException("the database holds a made manifest that is not what its digest says: "
          + row.getString("digest") + "; delete its row, CTS makes it again", e);
    }
  }

  static Form form(String text) {
    return Arrays.stream(Form.values()).filter(form -> form.toString().equals(text)).findFirst().orElseThrow();
  }

  static EngineClass engineClass(String text) {
    return Arrays.stream(EngineClass.values()).filter(it -> it.toString().equals(text)).findFirst().orElseThrow();
  }

}
