package io.cts.cache;

import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.Repository;
import io.cts.cache.catalog.StoredImage;
import io.cts.cache.upstream.Repositories;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.contract.ImageRef;
import io.cts.contract.Platform;
import io.cts.oci.ImageIndex;
import io.cts.oci.MalformedManifest;
import io.cts.oci.ManifestDocument;
import io.cts.oci.UpstreamFailure;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /v1/images?image=REF}: what CTS knows and holds of an image. */
@RestController
class ImagesController {
  private final Catalog catalog;
  private final Repositories repositories;

  ImagesController(Catalog catalog, Repositories repositories) {
    this.catalog = catalog;
    this.repositories = repositories;
  }

  /**
   * @param original digest of the upstream's manifest
   * @param plain digest of the plain form, once the image is profiled
   * @param zstd digest of the zstd form, once all its layers are encoded
   * @param forms which form each class of engines gets, and why, once it was chosen
   * @param indexForms the same of the index that the image was chosen from
   */
  record Image(
      ImageRef image,
      Digest original,
      @Nullable Digest index,
      Digest config,
      Platform platform,
      @Nullable Digest plain,
      @Nullable Digest zstd,
      @Nullable String leftAsIs,
      List<ClassForm> forms,
      List<ClassForm> indexForms,
      List<Layer> layers) {}

  record ClassForm(EngineClass engineClass, Form form, String reason) {}

  record Layer(
      Digest layer,
      long storedSizeBytes,
      @Nullable CodecFamily storedAs,
      @Nullable Digest diffId,
      @Nullable Long sizeBytes,
      List<LayerVariant> variants) {}

  record LayerVariant(Encoding encoding, Digest digest, long sizeBytes) {}

  @GetMapping("/v1/images")
  Image image(@RequestParam String image, @RequestParam(required = false) @Nullable String platform)
      throws IOException {
    var name = ImageRef.parse(image);
    var repository = Repository.of(name);
    var top = name.digest() != null
        ? name.digest()
        : repositories.resolve(repository, Objects.requireNonNull(name.tag()));
    var made = catalog.made(top);
    var original = made.isPresent() ? made.get().original() : top;
    var document = ManifestDocument.parse(repositories.manifest(repository, original));
    Digest index = null;
    if (document instanceof ImageIndex list) {
      index = original;
      var wanted = platform == null ? new Platform("linux", "amd64", null) : Platform.parse(platform);
      original = list.choose(wanted)
          .orElseThrow(() -> new IllegalArgumentException(name + " holds no image for " + wanted))
          .digest();
    }
    var known = catalog.image(original);
    if (known.isEmpty()) {
      throw new NotStored("the image " + name + " (" + original + ") was not pulled through CTS yet; announce it with"
          + " \"cts pulls submit " + name + "\"");
    }
    return describe(name, known.get(), index);
  }

  private Image describe(ImageRef name, StoredImage image, @Nullable Digest index) {
    var layers = image.layers().stream().map(layer -> {
      var features = catalog.feature(layer.digest()).orElse(null);
      return new Layer(layer.digest(), layer.sizeBytes(), features == null ? null : features.storedAs(),
          features == null ? null : features.diffId(), features == null ? null : features.sizeBytes(),
          features == null ? List.of() : variants(features.diffId()));
    }).toList();
    return new Image(name, image.manifest(), index, image.config(), image.platform(),
        catalog.made(image.manifest(), Form.PLAIN).map(it -> it.digest()).orElse(null),
        catalog.made(image.manifest(), Form.ZSTD).map(it -> it.digest()).orElse(null), image.leftAsIs(),
        forms(image.manifest()), index == null ? List.of() : forms(index), layers);
  }

  private List<ClassForm> forms(Digest original) {
    return Arrays.stream(EngineClass.values())
        .flatMap(engineClass -> catalog.fixed(original, engineClass)
            .map(fixed -> new ClassForm(engineClass, fixed.form(), fixed.reason()))
            .stream())
        .toList();
  }

  private List<LayerVariant> variants(Digest diffId) {
    return catalog.variants(diffId)
        .values()
        .stream()
        .filter(variant -> variant.variant() != null)
        .map(variant -> new LayerVariant(variant.encoding(), Objects.requireNonNull(variant.variant()),
            variant.sizeBytes()))
        .toList();
  }

  private static final class NotStored extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotStored(String message) {
      super(message);
    }
  }

  @ExceptionHandler
  ProblemDetail notStored(NotStored failure) {
    return ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, failure.getMessage());
  }

  @ExceptionHandler
  ProblemDetail malformed(IllegalArgumentException failure) {
    return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, failure.getMessage());
  }

  @ExceptionHandler
  ProblemDetail unusable(MalformedManifest failure) {
    return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_GATEWAY, failure.getMessage());
  }

  @ExceptionHandler
  ProblemDetail upstream(UpstreamFailure failure) {
    return ProblemDetail.forStatusAndDetail(switch (failure) {
      case UpstreamFailure.NotFound _ -> HttpStatus.NOT_FOUND;
      case UpstreamFailure.Unauthorized _,UpstreamFailure.Forbidden _,UpstreamFailure.NotAllowed _ ->
        HttpStatus.FORBIDDEN;
      case UpstreamFailure.RateLimited _ -> HttpStatus.TOO_MANY_REQUESTS;
      case UpstreamFailure.Unavailable _,UpstreamFailure.Malformed _ -> HttpStatus.BAD_GATEWAY;
    }, failure.getMessage());
  }
}
