package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.Installed;
import dev.ssebridge.testing.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A proxy with the configuration that {@code conf/} brings for it. Only what is said there to be
 * somebody's own is another: ports, certificates, and where the bridge is.
 */
final class ShippedProxy implements AutoCloseable {
  private final Installed.Running process;
  private final int plain;
  private final int tls;

  private ShippedProxy(Installed.Running process, int plain, int tls) {
    this.process = process;
    this.plain = plain;
    this.tls = tls;
  }

  /** nginx, before a bridge at this port. */
  static ShippedProxy nginx(Path directory, TestCertificate certificate, int bridge)
      throws IOException {
    Installed nginx = Installed.require("nginx", "nginx");
    int plain = Installed.portToComeBackTo();
    int tls = Installed.portToComeBackTo();
    String conf = Files.readString(Path.of("conf/nginx.conf"));
    conf = replace(conf, "user www-data;\n", "daemon off;\n");
    conf = replace(conf, "/run/nginx.pid", directory + "/nginx.pid");
    conf = replace(conf, "/var/log/nginx/error.log", directory + "/error.log");
    conf = replace(conf, "/var/log/nginx/access.log", directory + "/access.log");
    conf = replace(conf, "worker_rlimit_nofile 131072;", "");
    conf = replace(conf, "worker_connections 65536;", "worker_connections 256;");
    conf = replace(conf, "listen [::]:80;", "");
    conf = replace(conf, "listen [::]:443 ssl http2;", "");
    conf = replace(conf, "listen 80;", "listen 127.0.0.1:" + plain + ";");
    conf = replace(conf, "listen 443 ssl http2;", "listen 127.0.0.1:" + tls + " ssl http2;");
    conf = replace(conf, "/etc/ssl/events.example.org/fullchain.pem", certificate.pem().toString());
    conf =
        replace(conf, "/etc/ssl/events.example.org/privkey.pem", certificate.pemKey().toString());
    conf = replace(conf, "127.0.0.1:8080", "127.0.0.1:" + bridge);
    Path file = Files.writeString(directory.resolve("nginx.conf"), conf);
    return new ShippedProxy(
        nginx.start(
            directory,
            List.of(plain, tls),
            "-p",
            directory.toString(),
            "-c",
            file.toString(),
            "-e",
            directory.resolve("error.log").toString()),
        plain,
        tls);
  }

  /** HAProxy, before a bridge at this port, whose admin port is the other. */
  static ShippedProxy haproxy(Path directory, TestCertificate certificate, int bridge, int admin)
      throws IOException {
    Installed haproxy = Installed.require("haproxy", "haproxy");
    int plain = Installed.portToComeBackTo();
    int tls = Installed.portToComeBackTo();
    Path both =
        Files.writeString(
            directory.resolve("both.pem"),
            Files.readString(certificate.pem()) + Files.readString(certificate.pemKey()));
    String conf = Files.readString(Path.of("conf/haproxy.cfg"));
    conf = replace(conf, "  user haproxy\n  group haproxy\n  log /dev/log local0\n", "");
    conf = replace(conf, "  log global\n  option httplog\n", "");
    conf = replace(conf, "maxconn 65536", "maxconn 256");
    conf = replace(conf, "bind :80\n", "bind 127.0.0.1:" + plain + "\n");
    conf = replace(conf, "bind :443 ", "bind 127.0.0.1:" + tls + " ");
    conf = replace(conf, "/etc/haproxy/certs/events.example.org.pem", both.toString());
    conf = conf.replace("server one 127.0.0.1:8080", "server one 127.0.0.1:" + bridge);
    conf = conf.replace("check port 9180", "check port " + admin);
    Path file = Files.writeString(directory.resolve("haproxy.cfg"), conf);
    return new ShippedProxy(
        haproxy.start(directory, List.of(plain, tls), "-f", file.toString()), plain, tls);
  }

  /** The port without TLS. */
  int plain() {
    return plain;
  }

  /** The port with TLS. */
  int tls() {
    return tls;
  }

  private static String replace(String text, String what, String by) {
    assertThat(text.split(java.util.regex.Pattern.quote(what), -1)).as(what).hasSize(2);
    return text.replace(what, by);
  }

  @Override
  public void close() {
    process.close();
  }
}
