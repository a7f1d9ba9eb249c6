package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.config.AuthProviderConfig;
import dev.ssebridge.internal.http.HeaderText;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.nio.charset.CharacterCodingException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what an endpoint has answered; its body is nobody's business. */
final class ForwardAnswer {
  private static final String GRANTS = "sse";
  private static final String AUTHORITIES = "permissions";

  private final String provider;
  private final AuthProviderConfig.Forward config;
  private final ProviderLog log;

  ForwardAnswer(String provider, AuthProviderConfig.Forward config, ProviderLog log) {
    this.provider = provider;
    this.config = config;
    this.log = log;
  }

  /**
   * What it says.
   *
   * @param isAnonymous whether the request has shown nothing
   * @return null where it is neither yes nor no
   */
  Forward.@Nullable Decided of(HttpGet.Answer answer, boolean isAnonymous) {
    int status = answer.status();
    if (status >= 200 && status < 300) {
      return new Forward.Decided(identity(answer), null);
    }
    return switch (status) {
      case 401 ->
          refused(
              isAnonymous ? AuthFailure.Kind.MISSING : AuthFailure.Kind.INVALID,
              isAnonymous
                  ? "expected a request that shows who asks"
                  : "expected a request of somebody who is known here");
      case 403 -> refused(AuthFailure.Kind.FORBIDDEN, "who asks may not do what he asks for");
      default -> null;
    };
  }

  private static Forward.Decided refused(AuthFailure.Kind kind, String reason) {
    return new Forward.Decided(null, new AuthFailure(kind, reason));
  }

  private Identity identity(HttpGet.Answer answer) {
    JsonObject claims = new JsonObject();
    for (Map.Entry<String, String> each : config.claims().entrySet()) {
      List<String> values = answer.headers().getAll(each.getKey());
      if (values.size() > 1) {
        log.seldom("expected one header " + each.getKey() + " in an answer, got several");
      } else if (!values.isEmpty() && !values.get(0).isBlank()) {
        Object value = value(each.getKey(), each.getValue(), utf8(values.get(0).strip()));
        if (value != null) {
          claims.put(each.getValue(), value);
        }
      }
    }
    Set<String> authorities = new HashSet<>(config.authorities());
    authorities.addAll(Claims.texts(claims.getValue(AUTHORITIES)));
    return new Identity(
        provider,
        User.create(claims.copy()),
        claims.getString("sub"),
        null,
        null,
        null,
        claims,
        Grants.of(claims.getValue(GRANTS)),
        Set.copyOf(authorities));
  }

  /** Grants and authorities are JSON; the latter may be words as well. */
  private @Nullable Object value(String header, String claim, String text) {
    if (claim.equals(GRANTS)) {
      if (json(text) instanceof JsonObject grants) {
        return grants;
      }
      log.seldom("expected a JSON object in the header " + header + " of an answer, got none");
      return null;
    }
    if (claim.equals(AUTHORITIES) && json(text) instanceof JsonArray authorities) {
      return authorities;
    }
    return text;
  }

  private static @Nullable Object json(String text) {
    try {
      return Json.decodeValue(text);
    } catch (DecodeException noJson) {
      return null;
    }
  }

  /** What was sent in UTF-8 comes as one character for each byte. */
  private static String utf8(String value) {
    try {
      return HeaderText.strict(value);
    } catch (CharacterCodingException latin) {
      return value;
    }
  }
}
