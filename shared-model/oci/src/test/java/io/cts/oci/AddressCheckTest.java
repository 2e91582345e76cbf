package io.cts.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressCheckTest {

  @ParameterizedTest
  @CsvSource({"127.0.0.1, LOOPBACK", "127.9.9.9, LOOPBACK", "0.0.0.0, LOOPBACK", "0.1.2.3, LOOPBACK",
      "10.1.2.3, PRIVATE", "172.16.0.1, PRIVATE", "172.32.0.1, PUBLIC", "192.168.1.1, PRIVATE", "100.64.0.1, PRIVATE",
      "100.128.0.1, PUBLIC", "169.254.169.254, LINK_LOCAL", "224.0.0.1, NOT_UNICAST", "255.255.255.255, NOT_UNICAST",
      "8.8.8.8, PUBLIC", "::1, LOOPBACK", "::, LOOPBACK", "fe80::1, LINK_LOCAL", "fd00:ec2::254, PRIVATE",
      "::ffff:10.0.0.1, PRIVATE", "64:ff9b::a00:1, PRIVATE", "2002:a00:1::, PRIVATE", "2001:4860:4860::8888, PUBLIC"})
  void an_address_tells_what_it_reaches(String address, AddressCheck.Reach reach) throws UnknownHostException {
    assertThat(AddressCheck.reach(InetAddress.getByName(address))).isEqualTo(reach);
  }

  @Test
  void a_public_upstream_may_not_lead_to_a_private_address() {
    assertThatThrownBy(() -> new AddressCheck("8.8.8.8").resolve("192.168.1.1"))
        .isInstanceOf(AddressCheck.Refused.class)
        .hasMessage("192.168.1.1 is 192.168.1.1 (private)");
  }

  @Test
  void a_private_upstream_may_lead_to_a_private_address_and_not_to_this_machine() throws UnknownHostException {
    var check = new AddressCheck("10.0.0.5");

    assertThat(check.resolve("10.0.0.5")).hasSize(1);
    assertThat(check.resolve("192.168.1.1")).hasSize(1);
    assertThatThrownBy(() -> check.resolve("127.0.0.1")).isInstanceOf(AddressCheck.Refused.class);
  }
}
