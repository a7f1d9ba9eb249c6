package dev.ssebridge.auth;

import dev.ssebridge.ConfigException;
import dev.ssebridge.internal.config.AuthText;
import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.SourceConfig;
import dev.ssebridge.internal.config.TextForms;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who may subscribe and publish. Without it everybody may who reaches the port; with it nobody who
 * does not show that he may.
 */
@DataObject
public final class AuthOptions {
  static final Keys<AuthOptions> OPTIONS =
      Keys.of(AuthOptions.class, AuthOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public AuthOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public AuthOptions(AuthOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public AuthOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private AuthOptions(Values values) {
    this.values = values;
  }

  private static final Key<AuthMode> MODE =
      OPTIONS
          .key("mode", ValueType.oneOf(AuthMode.class), "required")
          .says(
              "`required`; or `none`: everybody may do everything, and that is meant "
                  + "(`\"auth\": \"none\"` is short for it)")
          .forWhom(Key.Audience.MANY);

  /**
   * {@code required}; or {@code none}: everybody may do everything, and that is meant ({@code
   * "auth": "none"} is short for it).
   */
  public AuthMode getMode() {
    return values.get(MODE);
  }

  /** Sets {@link #getMode}. */
  public AuthOptions setMode(AuthMode mode) {
    values.set(MODE, mode);
    return this;
  }

  private static final Key<Map<String, TokenOptions>> TOKENS =
      OPTIONS.named("tokens", TokenOptions.OPTIONS);

  /** Tokens that were given once, by the name of the one who has them. */
  public Map<String, TokenOptions> getTokens() {
    return values.get(TOKENS);
  }

  /** Adds one to {@link #getTokens}, or takes the place of the one of this name. */
  public AuthOptions addToken(String name, TokenOptions token) {
    Map<String, TokenOptions> more = new LinkedHashMap<>(getTokens());
    more.put(name, token);
    return setTokens(more);
  }

  /** Sets all of {@link #getTokens}. */
  public AuthOptions setTokens(Map<String, TokenOptions> tokens) {
    values.set(TOKENS, tokens);
    return this;
  }

  private static final Key<Map<String, JwtOptions>> JWT = OPTIONS.named("jwt", JwtOptions.OPTIONS);

  /** JSON Web Tokens, by a name. */
  public Map<String, JwtOptions> getJwt() {
    return values.get(JWT);
  }

  /** Adds one to {@link #getJwt}, or takes the place of the one of this name. */
  public AuthOptions addJwt(String name, JwtOptions jwt) {
    Map<String, JwtOptions> more = new LinkedHashMap<>(getJwt());
    more.put(name, jwt);
    return setJwt(more);
  }

  /** Sets all of {@link #getJwt}. */
  public AuthOptions setJwt(Map<String, JwtOptions> jwt) {
    values.set(JWT, jwt);
    return this;
  }

  private static final Key<Map<String, HtpasswdOptions>> BASIC =
      OPTIONS.named("basic", HtpasswdOptions.OPTIONS);

  /** Names and passwords, by a name. */
  public Map<String, HtpasswdOptions> getBasic() {
    return values.get(BASIC);
  }

  /** Adds one to {@link #getBasic}, or takes the place of the one of this name. */
  public AuthOptions addBasic(String name, HtpasswdOptions basic) {
    Map<String, HtpasswdOptions> more = new LinkedHashMap<>(getBasic());
    more.put(name, basic);
    return setBasic(more);
  }

  /** Sets all of {@link #getBasic}. */
  public AuthOptions setBasic(Map<String, HtpasswdOptions> basic) {
    values.set(BASIC, basic);
    return this;
  }

  private static final Key<Map<String, ForwardOptions>> FORWARD =
      OPTIONS.named("forward", ForwardOptions.OPTIONS);

  /** HTTP endpoints that are asked, by a name. */
  public Map<String, ForwardOptions> getForward() {
    return values.get(FORWARD);
  }

  /** Adds one to {@link #getForward}, or takes the place of the one of this name. */
  public AuthOptions addForward(String name, ForwardOptions forward) {
    Map<String, ForwardOptions> more = new LinkedHashMap<>(getForward());
    more.put(name, forward);
    return setForward(more);
  }

  /** Sets all of {@link #getForward}. */
  public AuthOptions setForward(Map<String, ForwardOptions> forward) {
    values.set(FORWARD, forward);
    return this;
  }

  private static final Key<CertificateUserOptions> CERTIFICATE =
      OPTIONS.optionalBlock("certificate", CertificateUserOptions.OPTIONS);

  /** Clients with certificates, who are chosen by the name {@code certificate}; null for none. */
  public @Nullable CertificateUserOptions getCertificate() {
    return values.optional(CERTIFICATE);
  }

  /** Sets {@link #getCertificate}. */
  public AuthOptions setCertificate(@Nullable CertificateUserOptions certificate) {
    values.setOptional(CERTIFICATE, certificate);
    return this;
  }

  private static final Key<Map<String, RouterUserOptions>> ROUTER =
      OPTIONS.named("router", RouterUserOptions.OPTIONS);

  /** Users of a router of the application, by a name. */
  public Map<String, RouterUserOptions> getRouter() {
    return values.get(ROUTER);
  }

  /** Adds one to {@link #getRouter}, or takes the place of the one of this name. */
  public AuthOptions addRouter(String name, RouterUserOptions router) {
    Map<String, RouterUserOptions> more = new LinkedHashMap<>(getRouter());
    more.put(name, router);
    return setRouter(more);
  }

  /** Sets all of {@link #getRouter}. */
  public AuthOptions setRouter(Map<String, RouterUserOptions> router) {
    values.set(ROUTER, router);
    return this;
  }

  private static final Key<Map<String, AuthRuleOptions>> SUBSCRIBE =
      OPTIONS.named("subscribe", AuthRuleOptions.OPTIONS);

  /**
   * What users may subscribe to, beside their grants, by name; the first that is about an address
   * decides.
   */
  public Map<String, AuthRuleOptions> getSubscribe() {
    return values.get(SUBSCRIBE);
  }

  /** Adds one to {@link #getSubscribe}, or takes the place of the one of this name. */
  public AuthOptions addSubscribe(String name, AuthRuleOptions subscribe) {
    Map<String, AuthRuleOptions> more = new LinkedHashMap<>(getSubscribe());
    more.put(name, subscribe);
    return setSubscribe(more);
  }

  /** Sets all of {@link #getSubscribe}. */
  public AuthOptions setSubscribe(Map<String, AuthRuleOptions> subscribe) {
    values.set(SUBSCRIBE, subscribe);
    return this;
  }

  private static final Key<Map<String, AuthRuleOptions>> PUBLISH =
      OPTIONS.named("publish", AuthRuleOptions.OPTIONS);

  /**
   * What users may publish, beside their grants, by name; the first that is about an address and a
   * body decides.
   */
  public Map<String, AuthRuleOptions> getPublish() {
    return values.get(PUBLISH);
  }

  /** Adds one to {@link #getPublish}, or takes the place of the one of this name. */
  public AuthOptions addPublish(String name, AuthRuleOptions publish) {
    Map<String, AuthRuleOptions> more = new LinkedHashMap<>(getPublish());
    more.put(name, publish);
    return setPublish(more);
  }

  /** Sets all of {@link #getPublish}. */
  public AuthOptions setPublish(Map<String, AuthRuleOptions> publish) {
    values.set(PUBLISH, publish);
    return this;
  }

  private static final Key<String> COOKIE =
      OPTIONS
          .optional("cookie", ValueType.checked(AuthText::requireCookie).formed(AuthText.NAME))
          .says(
              "The cookie that may hold a token, beside the header `Authorization`; best one "
                  + "that begins with `__Host-`; see [Security](security.md)");

  /**
   * The cookie that may hold a token, beside the header {@code Authorization}; best one that begins
   * with {@code __Host-}.
   */
  public @Nullable String getCookie() {
    return values.optional(COOKIE);
  }

  /** Sets {@link #getCookie}. */
  public AuthOptions setCookie(@Nullable String cookie) {
    values.setOptional(COOKIE, cookie);
    return this;
  }

  private static final Key<TicketOptions> TICKETS =
      OPTIONS.optionalBlock("tickets", TicketOptions.OPTIONS);

  /** Tickets; null for none. */
  public @Nullable TicketOptions getTickets() {
    return values.optional(TICKETS);
  }

  /** Sets {@link #getTickets}. */
  public AuthOptions setTickets(@Nullable TicketOptions tickets) {
    values.setOptional(TICKETS, tickets);
    return this;
  }

  private static final Key<Duration> WARNING =
      OPTIONS
          .key("warning", ValueType.duration(Duration.ZERO), "30s")
          .says(
              "How long before the end of its token a stream gets an event `sse.auth`, at once "
                  + "where less is left; `0`: it gets none");

  /**
   * How long before the end of its token a stream gets an event {@code sse.auth}, at once where
   * less is left; {@code 0}: it gets none.
   */
  public Duration getWarning() {
    return values.get(WARNING);
  }

  /** Sets {@link #getWarning}. */
  public AuthOptions setWarning(Duration warning) {
    values.set(WARNING, warning);
    return this;
  }

  private static final Key<String> REVOCATIONS =
      OPTIONS
          .optional("revocations", ValueType.text())
          .says(
              "The bus address whose messages end streams: `{\"subject\": ..}`, `{\"token\": "
                  + "..}` or `{\"claims\": {..}}`");

  /**
   * The bus address whose messages end streams: {@code {"subject": ..}}, {@code {"token": ..}} or
   * {@code {"claims": {..}}}.
   */
  public @Nullable String getRevocations() {
    return values.optional(REVOCATIONS);
  }

  /** Sets {@link #getRevocations}. */
  public AuthOptions setRevocations(@Nullable String revocations) {
    values.setOptional(REVOCATIONS, revocations);
    return this;
  }

  private static final Key<String> REALM =
      OPTIONS
          .key("realm", ValueType.checked(AuthText::requireRealm).formed(AuthText.REALM), "sse")
          .says("The realm of a refusal with 401");

  /** The realm of a refusal with 401. */
  public String getRealm() {
    return values.get(REALM);
  }

  /** Sets {@link #getRealm}. */
  public AuthOptions setRealm(String realm) {
    values.set(REALM, realm);
    return this;
  }

  private static final Key<String> RESOURCE_METADATA =
      OPTIONS
          .optional(
              "resourceMetadata",
              ValueType.hidden(SourceConfig.URL, SourceConfig::parseUrl).formed(TextForms.URL))
          .says("The URL of the metadata of RFC 9728, which a refusal with 401 points to");

  /** The URL of the metadata of RFC 9728, which a refusal with 401 points to. */
  public @Nullable String getResourceMetadata() {
    return values.optional(RESOURCE_METADATA);
  }

  /** Sets {@link #getResourceMetadata}. */
  public AuthOptions setResourceMetadata(@Nullable String resourceMetadata) {
    values.setOptional(RESOURCE_METADATA, resourceMetadata);
    return this;
  }

  private static final Key<Integer> VERIFIED =
      OPTIONS
          .key("verified", ValueType.integer(1, 1_000_000), 10_000)
          .says("Verified tokens that are kept, so that a token is verified once");

  /** Verified tokens that are kept, so that a token is verified once. */
  public int getVerified() {
    return values.get(VERIFIED);
  }

  /** Sets {@link #getVerified}. */
  public AuthOptions setVerified(int verified) {
    values.set(VERIFIED, verified);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AuthOptions that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** As JSON, without secrets. */
  @Override
  public String toString() {
    return values.toString();
  }
}
