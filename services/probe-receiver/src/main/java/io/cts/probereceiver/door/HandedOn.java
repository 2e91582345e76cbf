package io.cts.probereceiver.door;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.stereotype.Component;

/** Names in the API's description what other services answer; their READMEs say how. */
@Component
class HandedOn implements OpenApiCustomizer {

  @Override
  public void customise(OpenAPI api) {
    get(api, "/v1/decisions/{pull}", "What was decided for a pull, with every alternative", "decision",
        named("pull").in("path").required(true));
    post(api, "/v1/decisions:simulate", "What would be decided, with nothing following from it", "decision");
    get(api, "/v1/images", "What is held of an image, and the form that each class of engines gets", "cache",
        named("image").in("query").required(true), named("platform").in("query"));
    get(api, "/v1/cache/stats", "How much the stored images share", "cache");
    get(api, "/v1/models", "The models that were published, and which one serves", "feedback-collector");
    post(api, "/v1/models:refit", "Fit the model's constants again now", "feedback-collector");
    get(api, "/v1/scoreboard", "What was saved, and how well predictions hold", "feedback-collector",
        named("window").in("query"));
  }

  private static void get(OpenAPI api, String path, String summary, String service, Parameter... parameters) {
    var operation = operation(summary, service);
    for (var parameter : parameters) {
      operation.addParametersItem(parameter);
    }
    api.path(path, new PathItem().get(operation));
  }

  private static void post(OpenAPI api, String path, String summary, String service) {
    api.path(path, new PathItem().post(operation(summary, service)));
  }

  private static Operation operation(String summary, String service) {
    return new Operation().summary(summary)
        .description("Handed on to " + service + ".")
        .responses(new ApiResponses().addApiResponse("200", new ApiResponse().description("OK")));
  }

  private static Parameter named(String name) {
    return new Parameter().name(name).schema(new StringSchema());
  }
}
