package dev.ssebridge.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AllowedTest {
  @Test
  void aPathWithoutMethodsLeavesNothingOnTheRouter() {
    Vertx vertx = Vertx.vertx();
    try {
      Router router = Router.router(vertx);
      List<Allowed> paths = new ArrayList<>();
      for (int path = 0; path < 10; path++) {
        Allowed allowed = new Allowed(router, "/" + path, handler -> handler);
        allowed.add(HttpMethod.GET);
        allowed.refuseOthers(router);
        paths.add(allowed);
      }
      assertThat(router.getRoutes()).hasSize(20);

      for (int path : List.of(3, 0, 9, 5, 1, 2, 4, 8, 6, 7)) {
        assertThat(paths.get(path).remove(HttpMethod.GET)).isTrue();
      }
      assertThat(router.getRoutes()).isEmpty();
    } finally {
      BridgeFixture.get(vertx.close());
    }
  }
}
