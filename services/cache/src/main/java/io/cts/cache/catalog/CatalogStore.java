package io.cts.cache.catalog;

import io.cts.cache.learning.Learned;
import io.cts.cache.learning.Since;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.contract.LayerFeatures;
import io.cts.oci.MalformedManifest;
import io.cts.oci.RawManifest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** The catalog in Postgres. Every write may be repeated. */
public final class CatalogStore implements Learned {
  private final Catalog catalog;
  private final JdbcClient database;
  private final JsonMapper json;

  /** @param catalog that learns what any process has written */
  public CatalogStore(Catalog catalog, JdbcClient database, JsonMapper json) {
    this.catalog = catalog;
    this.database = database;
    this.json = json;
  }

  @Override
  public void learn(Since since) {
    news("select features::text from layers", since).query(String.class)
        .list()
        .forEach(row -> catalog.add(json.readValue(row, LayerFeatures.class)));
    news("select document::text from images", since).query(String.class)
        .list()
        .forEach(row -> catalog.add(json.readValue(row, StoredImage.class)));
    news("select * from variants", since).query((row, _) -> variant(row)).list().forEach(catalog::add);
    database.sql("select * from made_manifests where changed >= cast(? as xid8) order by made_at, digest")
        .param(since.transaction())
        .query((row, _) -> made(row))
        .list()
        .forEach(catalog::add);
    news("select * from forms", since).query((RowCallbackHandler) row -> catalog.refix(
        Digest.parse(row.getString("original")), engineClass(row.getString("engine_class")),
        new FixedForm(form(row.getString("form")), row.getString("reason"))));
    news("select manifest from ready_images", since).query(String.class)
        .list()
        .forEach(manifest -> catalog.markReady(Digest.parse(manifest)));
  }

  private JdbcClient.StatementSpec news(String select, Since since) {
    return database.sql(select + " where changed >= cast(? as xid8)").param(since.transaction());
  }

  /** What is known of an image now replaces what was: why it is left as it is may be over. */
  public void save(StoredImage image) {
    database.sql("""
        insert into images (manifest, document) values (?, ?::jsonb)
        on conflict (manifest) do update set document = excluded.document, changed = excluded.changed
        where images.document <> excluded.document""")
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
    database.sql("update images set document = ?::jsonb, changed = pg_current_xact_id() where manifest = ?")
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
          codec_version = excluded.codec_version, layer = excluded.layer, failure = excluded.failure,
          changed = excluded.changed
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

  public void save(Digest original, EngineClass engineClass, FixedForm fixed) {
    database.sql("insert into forms (original, engine_class, form, reason) values (?, ?, ?, ?) on conflict do nothing")
        .params(original.toString(), engineClass.toString(), fixed.form().toString(), fixed.reason())
        .update();
  }

  /** The manifest of that form that any process made first. */
  public Optional<MadeManifest> made(Digest original, Form form) {
    return database.sql("""
        select * from made_manifests where original = ? and form = ? and engine_class = ''
        order by made_at, digest limit 1""")
        .params(original.toString(), form.toString())
        .query((row, _) -> made(row))
        .optional();
  }

  /** All that the image's first plan wanted is there. */
  public void saveReady(Digest manifest) {
    database.sql("insert into ready_images (manifest) values (?) on conflict do nothing")
        .param(manifest.toString())
        .update();
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
