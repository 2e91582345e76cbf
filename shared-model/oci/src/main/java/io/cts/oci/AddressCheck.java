package io.cts.oci;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * Refuses to open a socket to an address inside the operator's network that the operator did not name.
 *
 * <p>The host that is configured for the upstream may be anywhere: that is the operator's word. Hosts that the upstream
 * sends CTS to (redirects, token realms) must be public, or of a kind that the configured host has itself: a registry in
 * a private network may redirect to private storage, a registry in the internet may not.
 */
final class AddressCheck implements DnsResolver {

  /** What an address reaches. */
  enum Reach {
    PUBLIC, PRIVATE, LINK_LOCAL, LOOPBACK, NOT_UNICAST
  }

  /** A host with such an address may not be asked. */
  static final class Refused extends UnknownHostException {
    private static final long serialVersionUID = 1;

    Refused(String host, InetAddress address, Reach reach) {
      super(host + " is " + address.getHostAddress() + " (" + reach.name()
          .toLowerCase(Locale.ROOT)
          .replace('_', ' ') + ")");
    }
  }

  private final String configuredHost;

  AddressCheck(String configuredHost) {
    this.configuredHost = configuredHost;
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    var addresses = SystemDefaultDnsResolver.INSTANCE.resolve(host);
    if (!host.equalsIgnoreCase(configuredHost)) {
      refuse(host, addresses);
    }
    return addresses;
  }

  private void refuse(String host, InetAddress[] addresses) throws Refused {
    Set<Reach> allowed = null;
    for (var address : addresses) {
      var reach = reach(address);
      if (reach == Reach.PUBLIC) {
        continue;
      }
      if (allowed == null) {
        allowed = ownReach();
      }
      if (!allowed.contains(reach)) {
        throw new Refused(host, address, reach);
      }
    }
  }

  private Set<Reach> ownReach() {
    var reaches = EnumSet.noneOf(Reach.class);
    try {
      for (var address : SystemDefaultDnsResolver.INSTANCE.resolve(configuredHost)) {
        reaches.add(reach(address));
      }
    } catch (UnknownHostException e) {
      return reaches; // nothing is known of it, so it vouches for nothing
    }
    return reaches;
  }

  @Override
  public String resolveCanonicalHostname(String host) throws UnknownHostException {
    return SystemDefaultDnsResolver.INSTANCE.resolveCanonicalHostname(host);
  }

  static Reach reach(InetAddress address) {
    if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
      return Reach.LOOPBACK;
    }
    if (address.isLinkLocalAddress()) {
      return Reach.LINK_LOCAL;
    }
    if (address.isMulticastAddress()) {
      return Reach.NOT_UNICAST;
    }
    var bytes = address.getAddress();
    return address instanceof Inet6Address ? reach6(address, bytes) : reach4(bytes);
  }

  private static Reach reach4(byte[] address) {
    var first = address[0] & 0xff;
    var second = address[1] & 0xff;
    if (first == 0) {
      return Reach.LOOPBACK; // RFC 1122, section 3.2.1.3: this host
    }
    if (first >= 240) {
      return Reach.NOT_UNICAST; // RFC 1112, section 4
    }
    var isPrivate = first == 10 || first == 172 && second >= 16 && second < 32 || first == 192 && second == 168 // RFC 1918
        || first == 100 && second >= 64 && second < 128 // RFC 6598: carrier-grade NAT
        || first == 198 && (second == 18 || second == 19) // RFC 2544: benchmarks
        || first == 192 && second == 0 && address[2] == 0; // RFC 6890
    return isPrivate ? Reach.PRIVATE : Reach.PUBLIC;
  }

  private static Reach reach6(InetAddress address, byte[] bytes) {
    if (address.isSiteLocalAddress() || (bytes[0] & 0xfe) == 0xfc) { // RFC 4193: unique local
      return Reach.PRIVATE;
    }
    var isNat64 = bytes[0] == 0 && bytes[1] == 0x64 && (bytes[2] & 0xff) == 0xff && (bytes[3] & 0xff) == 0x9b; // RFC 6052
    if (isNat64) {
      return reachOfEmbedded(bytes, 12);
    }
    if (bytes[0] == 0x20 && bytes[1] == 0x02) { // RFC 3056: 6to4
      return reachOfEmbedded(bytes, 2);
    }
    return Reach.PUBLIC;
  }

  private static Reach reachOfEmbedded(byte[] bytes, int offset) {
    try {
      return reach(InetAddress.getByAddress(Arrays.copyOfRange(bytes, offset, offset + 4)));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
