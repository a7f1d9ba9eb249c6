package dev.ssebridge.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FormatExamplesTest {

  @Test
  void encodesAndDecodesWithoutAnyServer() {
    ServerSentEvent event =
        ServerSentEvent.builder().id("7").type("price").data("EUR\n1.08").build();

    byte[] bytes = EventEncoder.encode(event);

    assertThat(new String(bytes, UTF_8))
        .isEqualTo("id: 7\nevent: price\ndata: EUR\ndata: 1.08\n\n");

    List<ServerSentEvent> received = new ArrayList<>();
    EventDecoder decoder = EventDecoder.create(received::add);
    decoder.decode(bytes, 0, 10); // chunks may end anywhere
    decoder.decode(bytes, 10, bytes.length - 10);
    decoder.end();

    assertThat(received).containsExactly(event);
    assertThat(decoder.lastEventId()).isEqualTo("7");
  }
}
