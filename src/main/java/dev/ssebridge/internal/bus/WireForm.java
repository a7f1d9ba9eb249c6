package dev.ssebridge.internal.bus;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.impl.MessageImpl;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/** How an application's own codec writes a body for other nodes of a cluster. Any thread. */
final class WireForm {
  private static final System.Logger LOG = System.getLogger(WireForm.class.getName());

  private WireForm() {}

  /**
   * The JSON object or array that the codec of this message writes, to the letter, with or without
   * its length in four bytes before it; {@code null} where it writes anything else, or nothing.
   */
  static @Nullable String jsonOf(Message<?> message, Object body) {
    MessageCodec<Object, ?> codec = codecOf(message);
    if (codec == null || codec.systemCodecID() != -1) {
      return null;
    }
    Buffer wire = Buffer.buffer();
    try {
      codec.encodeToWire(wire, body);
    } catch (RuntimeException notForTheWire) {
      LOG.log(Level.DEBUG, () -> "codec " + codec.name() + " writes no " + body.getClass());
      return null;
    }
    boolean counted =
        wire.length() > Integer.BYTES && wire.getInt(0) == wire.length() - Integer.BYTES;
    return json(counted ? wire.getBytes(Integer.BYTES, wire.length()) : wire.getBytes());
  }

  @SuppressWarnings("unchecked") // one that cannot encode what it has made says so
  private static @Nullable MessageCodec<Object, ?> codecOf(Message<?> message) {
    try {
      return message instanceof MessageImpl<?, ?> known
          ? (MessageCodec<Object, ?>) known.codec()
          : null;
    } catch (LinkageError moved) {
      LOG.log(Level.DEBUG, "codecs of the event bus are out of reach", moved);
      return null;
    }
  }

  private static @Nullable String json(byte[] bytes) {
    if (bytes.length < 2 || (bytes[0] != '{' && bytes[0] != '[')) {
      return null;
    }
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      Json.decodeValue(text);
      return text;
    } catch (CharacterCodingException | DecodeException somethingElse) {
      return null;
    }
  }
}
