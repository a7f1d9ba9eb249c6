package dev.ssebridge.internal.socket;

import dev.ssebridge.internal.http.Problem;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What RFC 9112 and RFC 9110 demand of a server and Netty and Vert.x leave open, between the
 * decoder and Vert.x: a request that breaks a rule is handed on as one that could not be decoded,
 * with the answer it gets, and nothing after it is handed on. The table of all rules, with a
 * verdict each, is {@code HttpRulesTest}. One for each HTTP/1 connection.
 */
public final class Http1Rules extends ChannelInboundHandlerAdapter {
  private boolean refused;

  /** Why a request is refused. */
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    public Refused(int status, String detail) {
      super(detail, null, false, false);
      this.status = status;
    }

    public Problem problem() {
      return new Problem(status, String.valueOf(getMessage()));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (refused) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof HttpRequest request) {
      UpgradeToHttp2.ignore(request.headers());
      if (request.decoderResult().isSuccess()) {
        try {
          check(request);
        } catch (Refused e) {
          refused = true;
          request.setDecoderResult(DecoderResult.failure(e));
        }
      }
    }
    ctx.fireChannelRead(message);
  }

  /** Where the first request has yet to be decoded; once, however often it is called. */
  static void installBehind(ChannelHandlerContext decoder) {
    if (decoder.pipeline().get(Http1Rules.class) == null) {
      decoder.pipeline().addAfter(decoder.name(), null, new Http1Rules());
    }
  }

  private static void check(HttpRequest request) {
    HttpHeaders headers = request.headers();
    checkVersion(request);
    if (headers.contains("")) { // RFC 9110, section 5.1
      throw new Refused(400, "expected a name before the colon of a header, got none");
    }
    request.setUri(RequestTarget.of(request.method(), request.uri(), headers));
    checkHost(
        headers.getAll(HttpHeaderNames.HOST),
        request.protocolVersion().equals(HttpVersion.HTTP_1_1));
    normalizeHost(headers);
    if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
      checkTransferCodings(headers.getAll(HttpHeaderNames.TRANSFER_ENCODING));
    }
    checkExpectation(request, headers);
    normalizeConnection(request, headers);
  }

  /** RFC 9110, section 2.5: a later minor version is read as the latest that is known. */
  private static void checkVersion(HttpRequest request) {
    HttpVersion version = request.protocolVersion();
    // Vert.x knows the two by their identity; this is also the version of the answer.
    boolean old = version.equals(HttpVersion.HTTP_1_0);
    request.setProtocolVersion(old ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1);
    if (version.majorVersion() != 1) {
      throw new Refused(505, "expected HTTP/1.1 or HTTP/1.0, got " + version);
    }
  }

  /** RFC 9112, section 3.2. */
  public static void checkHost(List<String> hosts, boolean required) {
    if (hosts.isEmpty() && required) {
      throw new Refused(400, "expected a Host header, got none");
    }
    if (hosts.size() > 1) {
      throw new Refused(400, "expected one Host header, got several");
    }
    if (!hosts.isEmpty() && !RequestTarget.isAuthority(hosts.get(0))) {
      throw new Refused(400, "expected a host and maybe a port in the Host header, got another");
    }
  }

  private static void normalizeHost(HttpHeaders headers) {
    String host = headers.get(HttpHeaderNames.HOST);
    if (host != null && host.startsWith("[")) {
      headers.set(HttpHeaderNames.HOST, RequestTarget.withoutIpv4(host));
    }
  }

  /** RFC 9112, section 6.1: what Netty has let through ends with {@code chunked}. */
  public static void checkTransferCodings(List<String> lines) {
    boolean chunked = false;
    for (String part : String.join(",", lines).split(",", -1)) {
      String coding = part.trim();
      if (coding.isEmpty()) {
        continue;
      }
      if (chunked) {
        throw new Refused(400, "transfer-encoding: expected chunked once, and last");
      }
      chunked = HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(coding);
      if (!chunked) {
        throw new Refused(501, "transfer-encoding: expected chunked alone, got others");
      }
    }
  }

  /** RFC 9110, section 10.1.1; in HTTP/1.0 there are no expectations. */
  private static void checkExpectation(HttpRequest request, HttpHeaders headers) {
    String expect = headers.get(HttpHeaderNames.EXPECT);
    if (expect == null) {
      return;
    }
    if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
      headers.remove(HttpHeaderNames.EXPECT);
      return;
    }
    checkExpectations(headers.getAll(HttpHeaderNames.EXPECT));
  }

  static void checkExpectations(List<String> lines) {
    for (String each : lines) {
      if (!HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(each.trim())) {
        throw new Refused(417, "expect: expected 100-continue, got another");
      }
    }
  }

  /** RFC 9112, section 9.3: options may be in any line, and several in one. */
  private static void normalizeConnection(HttpRequest request, HttpHeaders headers) {
    if (!headers.contains(HttpHeaderNames.CONNECTION)) {
      return;
    }
    List<String> lines = headers.getAll(HttpHeaderNames.CONNECTION);
    if (has(lines, HttpHeaderValues.CLOSE.toString())) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (request.protocolVersion().equals(HttpVersion.HTTP_1_0)
        && has(lines, HttpHeaderValues.KEEP_ALIVE.toString())) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
  }

  public static boolean has(List<String> lines, String option) {
    for (String line : lines) {
      for (String each : line.split(",", -1)) {
        if (each.trim().equalsIgnoreCase(option)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Why a request could not be decoded. */
  static Problem problemOf(@Nullable Throwable cause) {
    if (cause instanceof Refused refused) {
      return refused.problem();
    }
    return new Problem(400, "expected a request of HTTP/1.1, got another");
  }

  /** Whether they are kept by the connection itself. */
  public static boolean holdOn(HttpConnection connection) {
    Channel channel = SocketState.channelUnder(connection);
    return channel != null && channel.pipeline().get(Http1Rules.class) != null;
  }
}
