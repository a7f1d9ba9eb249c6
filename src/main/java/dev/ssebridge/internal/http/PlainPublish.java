package dev.ssebridge.internal.http;

import dev.ssebridge.internal.bus.BoundChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What requests have in common that publish one small message each with the same path and headers,
 * so that it is found out once for many of them. Anything out of the ordinary is not plain.
 */
final class PlainPublish {
  private static final int MOST_BYTES = 64 * 1024;

  private final PublishHandler handler;
  private final String uri;
  private final @Nullable String contentType;
  private final @Nullable String typeHeader;
  private final MediaType media;
  private final PublishHandler.Destination destination;
  private final Publisher publisher;

  private PlainPublish(HttpRequest request, PublishHandler handler, List<String> parameters)
      throws BadRequestException {
    this.handler = handler;
    this.uri = request.uri();
    this.contentType = request.headers().get(HttpHeaderNames.CONTENT_TYPE);
    this.typeHeader = request.headers().get(PublishHandler.TYPE_HEADER);
    this.media = MediaType.of(contentType);
    String type = PublishHandler.requireLine(HeaderText.decode(typeHeader));
    this.destination = handler.destination(parameters::get, uri);
    this.publisher = handler.publisher(destination.address(), type);
  }

  /**
   * What there is to know of such a request, or {@code null} if its path is none of the handlers',
   * or anything about it is wrong or unusual.
   */
  static @Nullable PlainPublish of(HttpRequest request, List<PublishHandler> handlers) {
    String path = request.uri();
    if (!HttpMethod.POST.equals(request.method())
        || !path.startsWith("/")
        || path.indexOf('?') >= 0
        || path.indexOf('#') >= 0) {
      return null;
    }
    for (PublishHandler handler : handlers) {
      List<String> parameters = handler.path().parametersOf(path);
      if (parameters != null) {
        return of(request, handler, parameters);
      }
    }
    return null;
  }

  private static @Nullable PlainPublish of(
      HttpRequest request, PublishHandler handler, List<String> parameters) {
    try {
      PlainPublish plain = new PlainPublish(request, handler, parameters);
      return plain.media.isStreaming() ? null : plain;
    } catch (BadRequestException wrong) {
      return null;
    }
  }

  /** Whether this is what {@link #of} would return for another request. */
  boolean isAlso(HttpRequest request) {
    HttpHeaders headers = request.headers();
    return uri.equals(request.uri())
        && HttpMethod.POST.equals(request.method())
        && Objects.equals(contentType, headers.get(HttpHeaderNames.CONTENT_TYPE))
        && Objects.equals(typeHeader, headers.get(PublishHandler.TYPE_HEADER));
  }

  /**
   * The length of a request's body, or -1 if the request is unusual in any other way, or comes too
   * late.
   */
  int lengthOf(HttpRequest request) {
    HttpHeaders headers = request.headers();
    String connection = headers.get(HttpHeaderNames.CONNECTION);
    if (!handler.isOpen()
        || !request.decoderResult().isSuccess()
        || request instanceof HttpContent
        || !HttpVersion.HTTP_1_1.equals(request.protocolVersion())
        || (connection != null && !HttpHeaderValues.KEEP_ALIVE.contentEqualsIgnoreCase(connection))
        || headers.contains(HttpHeaderNames.EXPECT)
        || headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
        || !headers.contains(HttpHeaderNames.HOST)) {
      return -1;
    }
    String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    try {
      // Only digits: the decoder refuses others.
      int bytes = length == null ? -1 : Integer.parseInt(length);
      return bytes <= Math.min(MOST_BYTES, handler.maxBody()) ? bytes : -1;
    } catch (NumberFormatException huge) {
      return -1;
    }
  }

  /** Holds the channels that the address feeds, as the handler does. */
  List<BoundChannel> hold() {
    return PublishHandler.hold(destination);
  }

  /** Lets the channels go once all that was published is in their logs. */
  void letGo(List<BoundChannel> held) {
    handler.letGo(destination, held);
  }

  /** How long a body may bring nothing, 0 for as long as it likes. */
  long bodyTimeoutMillis() {
    return handler.bodyTimeout().toMillis();
  }

  /** As it was requested. */
  String path() {
    return uri;
  }

  /**
   * Publishes a body.
   *
   * @throws BadRequestException if it is refused; then nothing was published
   */
  void publish(byte[] body) throws BadRequestException {
    publisher.publish(SingleBody.text(body, media));
  }
}
