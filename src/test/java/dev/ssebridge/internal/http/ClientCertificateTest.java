package dev.ssebridge.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The common name in a subject, as RFC 2253 writes it. */
class ClientCertificateTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CN=alice,OU=staff,O=Example | alice",
        "OU=staff,CN=alice | alice",
        "CN=alice+OU=staff,O=Example | alice",
        "CN=host,CN=parent,DC=example | host",
        "CN=Smith\\, Alice,O=Example | Smith, Alice",
        "CN=\\ alice\\ ,O=Example | ' alice '",
        "cn=alice | alice",
        "O=CN\\=alice | ",
        "O=Example | ",
        "1.2.3.4=#04024869 | ",
        "not a name | ",
      })
  void theMostSpecificCommonNameCounts(String subject, @Nullable String name) {
    assertThat(ClientCertificate.commonNameIn(subject)).isEqualTo(name);
  }
}
