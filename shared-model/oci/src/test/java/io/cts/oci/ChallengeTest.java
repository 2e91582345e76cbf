package io.cts.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChallengeTest {

  @Test
  void a_bearer_challenge_is_found_among_others() {
    assertThat(Challenge.among(List.of("Basic realm=\"x\"",
        "Negotiate, BEARER realm=\"https://a/t?x=1\" , service=r , scope=\"repository:a:pull,push\"")))
        .contains(new Challenge("https://a/t?x=1", "r", "repository:a:pull,push"));
  }

  @Test
  void a_challenge_without_a_realm_is_none() {
    assertThat(Challenge.among(List.of("Bearer error=\"invalid_token\"", "Basic realm=\"Bearer \""))).isEmpty();
  }
}
