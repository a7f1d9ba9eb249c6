package dev.ssebridge.internal.publish;

import dev.ssebridge.internal.auth.Identity;
import dev.ssebridge.internal.bus.MessageIds;
import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.text.Sha256;
import dev.ssebridge.spi.HistoryStore;
import io.vertx.core.http.HttpServerRequest;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a publisher names its body by, so that it may send it again when it does not know what
 * became of it (draft-ietf-httpapi-idempotency-key-header).
 */
final class IdempotencyKey {
  private static final String HEADER = "idempotency-key";

  /** Leaves room for the number of a message. */
  static final int MAX_LENGTH = 200;

  /** How many bytes of what says who publishes are before his key. */
  private static final int OWNER_BYTES = 8;

  private IdempotencyKey() {}

  /**
   * The key of a request, without its quotes; {@code null} where it has none.
   *
   * @throws BadRequestException if it cannot be one
   */
  static @Nullable String of(HttpServerRequest request) throws BadRequestException {
    List<String> all = request.headers().getAll(HEADER);
    if (all.isEmpty()) {
      return null;
    }
    String text = all.get(0).strip();
    boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
    String key = quoted ? text.substring(1, text.length() - 1) : text;
    boolean isFit = key.length() <= MAX_LENGTH && MessageIds.isFit(key);
    if (all.size() > 1 || !isFit || key.indexOf('"') >= 0 || key.indexOf('\\') >= 0) {
      throw new BadRequestException(
          400,
          "header Idempotency-Key: expected one text of 1 to "
              + MAX_LENGTH
              + " visible ASCII characters, in quotes or not, such as \"8e03978e-40d5-43dd\"");
    }
    return key;
  }

  /**
   * The key of one publisher: equal keys of different publishers are different.
   *
   * @param who publishes; {@code null} where nobody has to show who he is
   */
  static String of(String key, @Nullable Identity who) {
    return who == null
        ? key
        : HexFormat.of().formatHex(Sha256.of(who.key()), 0, OWNER_BYTES) + '.' + key;
  }

  /** What names a message of the body; the only one of it has the key itself. */
  static String of(String key, boolean isOneOfSeveral, long number) {
    return isOneOfSeveral ? key + '/' + number : key;
  }

  /**
   * Of a longer body the first messages would be forgotten before its end: sent again, all of it
   * would be taken anew.
   *
   * @throws BadRequestException 413 where the message with this number is one too many
   */
  static void requireRemembered(long number) throws BadRequestException {
    if (number > HistoryStore.REMEMBERED_IDS) {
      throw new BadRequestException(
          413,
          "header Idempotency-Key: expected at most "
              + HistoryStore.REMEMBERED_IDS
              + " messages in a body with a key, got more; send the rest with another key");
    }
  }
}
