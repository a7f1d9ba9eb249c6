package dev.ssebridge.internal.store.redis;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What failures of Redis mean, and what to do. */
final class RedisErrors {
  /** How the client calls that a connection is gone: as though the server had said it. */
  private static final String CLOSED = "CONNECTION_CLOSED";

  private static final Map<String, String> REPAIRS = new LinkedHashMap<>();

  static {
    REPAIRS.put("MISCONF", "it cannot write to its disk and refuses writes: see its log and disk");
    REPAIRS.put("READONLY", "it is a replica: give the master, or use Sentinel");
    REPAIRS.put("OOM", "its memory is full: give it more (maxmemory), or keep less history");
    REPAIRS.put("NOPERM", "its user lacks rights: see the list in history-redis.md");
    REPAIRS.put("NOAUTH", "it wants a password: set user and password");
    REPAIRS.put("WRONGPASS", "user or password is wrong");
    REPAIRS.put("LOADING", "it reads its data: wait");
    REPAIRS.put("NOREPLICAS", "it has fewer replicas than min-replicas-to-write: start them");
    REPAIRS.put("CLUSTERDOWN", "the cluster does not serve all slots: see cluster info");
    REPAIRS.put("MASTERDOWN", "it has lost its master: wait for the failover");
    REPAIRS.put("BUSY", "a script of somebody else runs for too long");
    REPAIRS.put("WRONGTYPE", "a key with the prefix of the bridge is of something else");
  }

  private RedisErrors() {}

  /** Whether a server said it, so that the command has not been carried out. */
  static boolean isAnswer(Throwable failure) {
    return failure instanceof Response answer
        && answer.type() == ResponseType.ERROR
        && !is(failure, CLOSED);
  }

  /** Whether a server answered with this code. */
  static boolean isAnswer(Throwable failure, String code) {
    return isAnswer(failure) && is(failure, code);
  }

  private static boolean is(Throwable failure, String code) {
    String message = String.valueOf(failure.getMessage());
    return message.startsWith(code)
        && (message.length() == code.length() || message.charAt(code.length()) == ' ');
  }

  /** Whether the server refuses all writes, not only this one. */
  static boolean refusesWrites(Throwable failure) {
    return isAnswer(failure, "MISCONF")
        || isAnswer(failure, "READONLY")
        || isAnswer(failure, "OOM")
        || isAnswer(failure, "NOREPLICAS");
  }

  /** Whether the keys are elsewhere, or on their way there. */
  static boolean isElsewhere(Throwable failure) {
    return isAnswer(failure, "MOVED")
        || isAnswer(failure, "ASK")
        || isAnswer(failure, "TRYAGAIN")
        || isAnswer(failure, "CLUSTERDOWN");
  }

  /** The failure in a sentence, with what to do where that is known. */
  static String sentence(Throwable failure) {
    String message = message(failure);
    if (message.contains("The user executing the script can't")) {
      message = "NOPERM " + message;
    }
    for (Map.Entry<String, String> repair : REPAIRS.entrySet()) {
      if (message.startsWith(repair.getKey())) {
        String detail = repair.getKey().equals("NOPERM") ? " (" + message + ")" : "";
        return repair.getKey() + ": " + repair.getValue() + detail;
      }
    }
    return message;
  }

  private static String message(Throwable failure) {
    @Nullable String message = failure.getMessage();
    if (message == null || message.isEmpty()) {
      return failure.getClass().getSimpleName();
    }
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    // Why TLS has failed is said by the last cause only.
    String detail = root == failure ? "" : ": " + root.getMessage();
    return message + detail;
  }
}
