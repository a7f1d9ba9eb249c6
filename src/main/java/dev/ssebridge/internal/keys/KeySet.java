package dev.ssebridge.internal.keys;

import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A set of keys (RFC 7517, section 5). Immutable.
 *
 * @param keys that can be used to verify signatures
 * @param leftOut what is said of each other one
 */
public record KeySet(List<VerificationKey> keys, List<String> leftOut) {
  /** Bytes of the longest one that is read. */
  public static final int MOST_BYTES = 1 << 20;

  private static final int MOST_KEYS = 200;

  /** The most keys that are reported as left out. */
  private static final int MOST_TOLD = 20;

  private static final int LONGEST_ID = 1024;

  /** RFC 7518, section 3.2. */
  private static final int LEAST_SECRET = 32;

  public KeySet {
    keys = List.copyOf(keys);
    leftOut = List.copyOf(leftOut);
  }

  /**
   * Reads a file, in which secrets may be as well. Blocks.
   *
   * @throws UnfitValueException if it cannot be read, or is no set of keys
   */
  public static KeySet read(String path) {
    try (InputStream in = Files.newInputStream(Path.of(path))) {
      return parse(Buffer.buffer(in.readNBytes(MOST_BYTES + 1)), true);
    } catch (IOException | InvalidPathException unreadable) {
      throw new UnfitValueException("expected a readable file with a set of keys");
    }
  }

  /** What is wrong with a file; nothing where at least one key of it can be used. Blocks. */
  public static List<String> problems(String path) {
    try {
      KeySet read = read(path);
      if (read.keys().isEmpty()) {
        return read.leftOut().isEmpty()
            ? List.of("expected at least one key, got none")
            : read.leftOut();
      }
      return List.of();
    } catch (UnfitValueException unfit) {
      return List.of(String.valueOf(unfit.getMessage()));
    }
  }

  /**
   * What a text says.
   *
   * @param isOwn whether it is nobody else's, so that a secret may be in it
   * @throws UnfitValueException if it is no set of keys
   */
  public static KeySet parse(Buffer text, boolean isOwn) {
    if (text.length() > MOST_BYTES) {
      throw new UnfitValueException("expected at most " + MOST_BYTES + " bytes, got more");
    }
    JsonArray all = array(text);
    List<VerificationKey> keys = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    for (int i = 0; i < Math.min(all.size(), MOST_KEYS); i++) {
      Object each = all.getValue(i);
      try {
        if (!(each instanceof JsonObject jwk)) {
          throw new UnfitValueException("expected a JSON object");
        }
        keys.add(key(jwk, isOwn));
      } catch (UnfitValueException unfit) {
        if (leftOut.size() < MOST_TOLD) {
          leftOut.add("key " + (i + 1) + named(each) + " is left out: " + unfit.getMessage());
        }
      }
    }
    if (all.size() > MOST_KEYS) {
      leftOut.add("all keys after the first " + MOST_KEYS + " are left out");
    }
    return new KeySet(keys, leftOut);
  }

  private static JsonArray array(Buffer text) {
    try {
      if (new JsonObject(text).getValue("keys") instanceof JsonArray array) {
        return array;
      }
    } catch (DecodeException | ClassCastException noObject) {
      // Said below; nothing of it is repeated.
    }
    throw new UnfitValueException(
        "expected a set of keys, {\"keys\": [..]} (RFC 7517), got another text");
  }

  private static String named(Object each) {
    return each instanceof JsonObject jwk && jwk.getValue("kid") instanceof String id
        ? " \"" + PrintableText.of(id.length() > 64 ? id.substring(0, 64) + "..." : id) + '"'
        : "";
  }

  private static VerificationKey key(JsonObject jwk, boolean isOwn) {
    String use = text(jwk, "use");
    if (use != null && !use.equals("sig")) {
      throw new UnfitValueException("it is for another use than signatures");
    }
    if (jwk.containsKey("key_ops")
        && !(jwk.getValue("key_ops") instanceof JsonArray uses && uses.contains("verify"))) {
      throw new UnfitValueException("its key_ops do not permit to verify with it");
    }
    String id = text(jwk, "kid");
    if (id != null && id.length() > LONGEST_ID) {
      throw new UnfitValueException("expected a kid of at most " + LONGEST_ID + " characters");
    }
    VerificationKey key = material(jwk, isOwn);
    String algorithm = text(jwk, "alg");
    if (algorithm != null && !key.algorithms().contains(algorithm)) {
      throw new UnfitValueException("its alg does not fit what it is, or is not known here");
    }
    return key.only(id, algorithm == null ? key.algorithms() : Set.of(algorithm));
  }

  private static VerificationKey material(JsonObject jwk, boolean isOwn) {
    String kind = text(jwk, "kty");
    return switch (kind == null ? "" : kind) {
      case "RSA" -> VerificationKey.rsa(number(jwk, "n"), number(jwk, "e"));
      case "EC" -> VerificationKey.ec(required(jwk, "crv"), number(jwk, "x"), number(jwk, "y"));
      case "OKP" -> {
        if (!required(jwk, "crv").equals("Ed25519")) {
          throw new UnfitValueException("expected a key of Ed25519, got another curve");
        }
        yield VerificationKey.ed25519(bytes(jwk, "x"));
      }
      case "oct" -> {
        if (!isOwn) {
          throw new UnfitValueException("a secret that others can read is none");
        }
        byte[] secret = bytes(jwk, "k");
        if (secret.length < LEAST_SECRET) {
          throw new UnfitValueException(
              "expected a secret of at least " + LEAST_SECRET + " bytes, got " + secret.length);
        }
        yield new VerificationKey(
            null, Set.of("HS256", "HS384", "HS512"), VerificationKey.oct(secret));
      }
      default -> throw new UnfitValueException("expected a kty of RSA, EC or OKP");
    };
  }

  private static @Nullable String text(JsonObject jwk, String name) {
    Object value = jwk.getValue(name);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw new UnfitValueException("expected its " + name + " to be text");
  }

  private static String required(JsonObject jwk, String name) {
    String text = text(jwk, name);
    if (text == null) {
      throw new UnfitValueException("it has no " + name);
    }
    return text;
  }

  private static byte[] bytes(JsonObject jwk, String name) {
    try {
      return Base64.getUrlDecoder().decode(required(jwk, name));
    } catch (IllegalArgumentException malformed) {
      throw new UnfitValueException("expected its " + name + " to be base64url");
    }
  }

  private static BigInteger number(JsonObject jwk, String name) {
    return new BigInteger(1, bytes(jwk, name));
  }
}
