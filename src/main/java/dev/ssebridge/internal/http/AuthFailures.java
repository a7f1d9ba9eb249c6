package dev.ssebridge.internal.http;

/**
 * Counts for each remote how often it has failed to prove who it is. Where that was too often,
 * nothing that it shows is to be looked at for a while. Any thread.
 *
 * @param buckets against what it is counted
 */
public record AuthFailures(TokenBuckets buckets) {

  /** For how many nanoseconds it is not to be looked at; 0 if it is. */
  public long waitOf(String remote) {
    return buckets.waitFor(remote);
  }

  /** It has failed once more. */
  public void failed(String remote) {
    buckets.take(remote);
  }
}
