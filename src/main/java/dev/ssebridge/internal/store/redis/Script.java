package dev.ssebridge.internal.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** A script that is carried out by the server; they are resources, so that others may use them. */
final class Script {
  static final Script APPEND = new Script("append");
  static final Script PLAIN = new Script("plain");
  static final Script LOOK = new Script("look");
  static final Script SINCE = new Script("since");
  static final Script MEASURE = new Script("measure");
  static final Script LEASE = new Script("lease");

  private final byte[] source;
  private final byte[] sha;

  private Script(String name) {
    String resource = "/dev/ssebridge/redis/" + name + ".lua";
    try (InputStream in = Script.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing in the jar");
      }
      source = in.readAllBytes();
      sha =
          HexFormat.of()
              .formatHex(MessageDigest.getInstance("SHA-1").digest(source))
              .getBytes(US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Has it carried out; the server learns it where it does not know it. */
  Future<Response> run(RedisSession session, List<byte[]> keys, List<byte[]> arguments) {
    return session
        .send(request(Command.EVALSHA, sha, keys, arguments))
        .recover(
            failure ->
                RedisErrors.isAnswer(failure, "NOSCRIPT")
                    ? session.send(request(Command.EVAL, source, keys, arguments))
                    : Future.failedFuture(failure));
  }

  private static Request request(
      Command command, byte[] script, List<byte[]> keys, List<byte[]> arguments) {
    Request request = Request.cmd(command).arg(script).arg(keys.size());
    keys.forEach(request::arg);
    arguments.forEach(request::arg);
    return request;
  }
}
