package dev.ssebridge.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@Ways
public class HttpDateTest {
  @Test
  void itIsWrittenAsTheStandardWantsIt() {
    assertThat(HttpDate.at(784_111_777_999L)).hasToString("Sun, 06 Nov 1994 08:49:37 GMT");
    assertThat(HttpDate.at(784_111_778_000L)).hasToString("Sun, 06 Nov 1994 08:49:38 GMT");
  }

  @Test
  void everyAnswerOfTheBridgeHasOne(Vertx vertx) {
    String topics = "{'path':'/t/:x','address':'t.{x}'}";
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx, "{'routes':{'t':" + topics + "},'publish':{'t':" + topics + "}}")) {
      for (String head :
          List.of(
              "GET /t/a HTTP/1.1\r\n",
              "HEAD /t/a HTTP/1.1\r\n",
              "OPTIONS /t/a HTTP/1.1\r\n",
              "PUT /t/a HTTP/1.1\r\n",
              "GET /t/a?last=many HTTP/1.1\r\n",
              "POST /t/a HTTP/1.1\r\nContent-Length: 0\r\n",
              "POST /t/a HTTP/1.1\r\nContent-Type: image/png\r\nContent-Length: 0\r\n")) {
        String request = head + "Host: localhost\r\n\r\n";
        String date = bridge.probes().raw(bridge.port(), request).header("date");
        ZonedDateTime told = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME);
        assertThat(Duration.between(told.toInstant(), Instant.now()).abs())
            .as(head)
            .isLessThan(Duration.ofMinutes(1));
      }
    }
  }
}
