package dev.ssebridge.internal.http;

import dev.ssebridge.internal.config.LimitsConfig;
import java.util.function.LongSupplier;

/** How often something may happen, counted for all bridges that share channels. Any thread. */
public final class Rates {
  private final TokenBuckets publishByRemote;
  private final TokenBuckets publishBySubject;
  private final TokenBuckets publishByAddress;
  private final TokenBuckets subscribe;
  private final AuthFailures authFailures;

  /**
   * @param nanos a clock as {@link System#nanoTime}
   */
  public Rates(LimitsConfig limits, LongSupplier nanos) {
    this.publishByRemote = new TokenBuckets(limits.publishRate().perRemote(), nanos);
    this.publishBySubject = new TokenBuckets(limits.publishRate().perSubject(), nanos);
    this.publishByAddress = new TokenBuckets(limits.publishRate().perAddress(), nanos);
    this.subscribe = new TokenBuckets(limits.subscribeRate(), nanos);
    this.authFailures = new AuthFailures(new TokenBuckets(limits.authFailures(), nanos));
  }

  /** Others from now on; what has happened stays counted. */
  public void change(LimitsConfig limits) {
    publishByRemote.change(limits.publishRate().perRemote());
    publishBySubject.change(limits.publishRate().perSubject());
    publishByAddress.change(limits.publishRate().perAddress());
    subscribe.change(limits.subscribeRate());
    authFailures.buckets().change(limits.authFailures());
  }

  /** Messages, by the remote that publishes them. */
  public TokenBuckets publishByRemote() {
    return publishByRemote;
  }

  /** Messages, by the user who publishes them. */
  public TokenBuckets publishBySubject() {
    return publishBySubject;
  }

  /** Messages, by the address that they are published on. */
  public TokenBuckets publishByAddress() {
    return publishByAddress;
  }

  /** Streams that are asked for, by remote. */
  public TokenBuckets subscribe() {
    return subscribe;
  }

  /** Attempts to prove who one is that have failed, by remote. */
  public AuthFailures authFailures() {
    return authFailures;
  }
}
