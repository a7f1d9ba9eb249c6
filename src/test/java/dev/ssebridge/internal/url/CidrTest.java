package dev.ssebridge.internal.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.internal.text.UnfitValueException;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.1.2, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.0.0.0/8, ::ffff:10.1.1.1, true",
    "10.0.0.0/8, 0a00::1, false",
    "192.168.4.0/22, 192.168.7.255, true",
    "192.168.4.0/22, 192.168.8.0, false",
    "192.168.128.0/17, 192.168.255.1, true",
    "192.168.128.0/17, 192.168.127.1, false",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, ::1, false",
    "127.0.0.1, 127.0.0.1, true",
    "127.0.0.1, 127.0.0.2, false",
    "::/0, 2001:db8::1, true",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "::1, 0:0:0:0:0:0:0:1, true",
  })
  void anAddressIsInANetworkOrNot(String network, String address, boolean in) {
    byte[] bytes = Objects.requireNonNull(Cidr.addressOf(address));
    assertThat(Cidr.parse(network).contains(bytes)).isEqualTo(in);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "10.0.0.0/33",
        "::/129",
        "10.0.0.1/8",
        "10.0.0/8",
        "10.0.0.0/",
        "/8",
        "x/8",
        "10.0.0.0/-1",
        "10.0.0.0/8/8",
        "[::1]",
        "10.0.0.0/+8",
        "2001:db8::1/64"
      })
  void whatIsNoNetworkIsRefusedWithAMessage(String text) {
    assertThatThrownBy(() -> Cidr.parse(text))
        .isInstanceOf(UnfitValueException.class)
        .hasMessageContaining("a network")
        .hasMessageContaining(text);
  }
}
