package dev.ssebridge.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class HeldPortTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @Test
  void connectionsAreRefusedAndNobodyElseGetsIt() throws IOException {
    int port;
    try (HeldPort held = new HeldPort()) {
      port = held.port();
      requireHeld(port);
      for (int i = 0; i < 2; i++) {
        try (ServerSocket server = new ServerSocket()) {
          held.listen(server, 1);
          try (Socket client = new Socket(LOOPBACK, port);
              Socket accepted = server.accept()) {
            assertThat(accepted.getPort()).isEqualTo(client.getLocalPort());
          }
        }
        requireHeld(port);
      }
    }
    try (ServerSocket other = new ServerSocket(port, 1, LOOPBACK)) {
      assertThat(other.isBound()).isTrue();
    }
  }

  private static void requireHeld(int port) {
    assertThatThrownBy(() -> new Socket(LOOPBACK, port).close())
        .isInstanceOf(ConnectException.class);
    assertThatThrownBy(() -> new ServerSocket(port, 1, LOOPBACK).close())
        .isInstanceOf(BindException.class);
  }
}
