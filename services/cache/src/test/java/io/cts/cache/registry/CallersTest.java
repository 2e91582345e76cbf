package io.cts.cache.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

import io.cts.cache.agents.Agents;
import io.cts.contract.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mock.web.MockHttpServletRequest;

/** Who a request comes from. */
class CallersTest {
  private static final String DOCKER = "docker/28.5.2 go/go1.24";
  private final Callers callers = new Callers(List.of("10.0.0.1", "10.0.0.2"), new Agents(mock(JdbcClient.class)));

  @Test
  void a_node_is_its_address_and_its_engine() {
    assertThat(node(request("192.0.2.7", DOCKER))).isEqualTo("anonymous~192.0.2.7~docker-28.5.2");
    assertThat(node(request("192.0.2.7", "containerd/2.1.9"))).isEqualTo("anonymous~192.0.2.7~containerd-2.1.9");
  }

  @Test
  void an_address_that_a_stranger_forwards_counts_for_nothing() {
    var request = request("192.0.2.7", DOCKER);
    request.addHeader("X-Forwarded-For", "198.51.100.9");

    assertThat(node(request)).contains("~192.0.2.7~");
  }

  @Test
  void a_proxy_of_ours_tells_whom_it_asks_for_and_what_that_one_made_up_is_passed_over() {
    var request = request("10.0.0.1", DOCKER);
    request.addHeader("X-Forwarded-For", "203.0.113.66, 198.51.100.9, 10.0.0.2");

    assertThat(node(request)).contains("~198.51.100.9~");
  }

  @Test
  void a_proxy_that_adds_a_line_of_its_own_is_believed_before_what_a_client_sent() {
    var request = request("10.0.0.1", DOCKER);
    request.addHeader("X-Forwarded-For", "203.0.113.66");
    request.addHeader("X-Forwarded-For", "198.51.100.9");

    assertThat(node(request)).contains("~198.51.100.9~");
  }

  @Test
  void a_proxy_that_names_nobody_but_proxies_asks_for_itself() {
    var request = request("10.0.0.1", DOCKER);
    request.addHeader("X-Forwarded-For", "10.0.0.2");

    assertThat(node(request)).contains("~10.0.0.1~");
  }

  @Test
  void an_agent_may_say_its_node_s_name_and_nobody_else() {
    var agent = request("192.0.2.7", "cts-agent/0.1.0");
    agent.addHeader("CTS-Node", "edge-1");
    var docker = request("192.0.2.7", DOCKER);
    docker.addHeader("CTS-Node", "edge-1");

    assertThat(callers.of(agent).node()).isEqualTo(NodeId.of("edge-1"));
    assertThat(node(docker)).contains("~192.0.2.7~");
  }

  @Test
  void a_name_that_no_node_can_have_is_told() {
    var agent = request("192.0.2.7", "cts-agent/0.1.0");
    agent.addHeader("CTS-Node", "edge 1");

    assertThatExceptionOfType(RegistryException.class).isThrownBy(() -> callers.of(agent))
        .withMessageContaining("CTS-Node")
        .withMessageContaining("edge 1");
  }

  private String node(MockHttpServletRequest request) {
    return callers.of(request).node().toString();
  }

  private static MockHttpServletRequest request(String address, String userAgent) {
    var request = new MockHttpServletRequest("GET", "/v2/");
    request.setRemoteAddr(address);
    request.addHeader("User-Agent", userAgent);
    return request;
  }
}
