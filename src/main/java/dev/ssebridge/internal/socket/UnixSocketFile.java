package dev.ssebridge.internal.socket;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of a Unix domain socket, which the servers of one Vert.x share that listen on it. What
 * an earlier process left behind is taken away before the first of them listens, and their own
 * behind the last. Any thread.
 */
public final class UnixSocketFile implements Shareable {
  private static final String SHARED = "dev.ssebridge.unixSockets";
  private static final int TYPE = 0170000;
  private static final int SOCKET = 0140000;

  private final Vertx vertx;
  private final Path path;
  private final Future<Void> cleared;

  // guarded by the map of all
  private int users;

  // written behind listening
  private volatile @Nullable Object made;

  private UnixSocketFile(Vertx vertx, Path path) {
    this.vertx = vertx;
    this.path = path;
    this.cleared =
        vertx.executeBlocking(
            () -> {
              removeStale(path);
              return null;
            });
  }

  /**
   * Takes part in the socket of this path.
   *
   * @return fails if there is a file that is none, or another process listens on it
   */
  public static Future<UnixSocketFile> join(Vertx vertx, String path) {
    Path file = Path.of(path).toAbsolutePath().normalize();
    UnixSocketFile joined =
        all(vertx)
            .compute(
                file.toString(),
                (name, there) -> {
                  UnixSocketFile one = there == null ? new UnixSocketFile(vertx, file) : there;
                  one.users++;
                  return one;
                });
    return joined.cleared.<UnixSocketFile>map(joined).onFailure(e -> joined.leaveNow());
  }

  private static LocalMap<String, UnixSocketFile> all(Vertx vertx) {
    return vertx.sharedData().getLocalMap(SHARED);
  }

  /**
   * Gives the file its permissions, once a server listens on it.
   *
   * @param permissions who may connect; null for those whom the umask permits
   */
  public Future<Void> listening(@Nullable Set<PosixFilePermission> permissions) {
    return vertx.executeBlocking(
        () -> {
          if (permissions != null) {
            Files.setPosixFilePermissions(path, permissions);
          }
          made = keyOf(path);
          return null;
        });
  }

  /** A server listens on it no more. */
  public Future<Void> leave() {
    if (!leaveNow()) {
      return Future.succeededFuture();
    }
    return vertx.executeBlocking(
        () -> {
          Object own = made;
          // What another process has put there meanwhile is not ours.
          if (own != null && own.equals(keyOf(path))) {
            Files.deleteIfExists(path);
          }
          return null;
        });
  }

  /** Whether this was the last. */
  private boolean leaveNow() {
    return all(vertx).compute(path.toString(), (name, there) -> --users == 0 ? null : there)
        == null;
  }

  private static void removeStale(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!isSocket(path)) {
      throw new IOException(
          "expected no file, or a socket that was left behind, got another: " + path);
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false); // where it is full, somebody listens
      channel.connect(UnixDomainSocketAddress.of(path));
    } catch (ConnectException nobodyListens) {
      Files.deleteIfExists(path);
      return;
    }
    throw new IOException(
        "expected a socket of its own, another process listens on this one: " + path);
  }

  private static boolean isSocket(Path path) throws IOException {
    if (path.getFileSystem().supportedFileAttributeViews().contains("unix")
        && Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS)
            instanceof Integer mode) {
      return (mode & TYPE) == SOCKET;
    }
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isOther();
  }

  private static @Nullable Object keyOf(Path path) throws IOException {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        ? Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey()
        : null;
  }
}
