package dev.ssebridge.internal.store.redis;

/** Host and port of a server. */
record RedisAddress(String host, int port) {
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
