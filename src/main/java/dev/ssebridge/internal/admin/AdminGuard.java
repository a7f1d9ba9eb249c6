package dev.ssebridge.internal.admin;

import dev.ssebridge.auth.AdminGrant;
import dev.ssebridge.internal.auth.Access;
import dev.ssebridge.internal.auth.AuthDecisions;
import dev.ssebridge.internal.auth.AuthDecisions.Wish;
import dev.ssebridge.internal.auth.AuthFailure;
import dev.ssebridge.internal.auth.Identity;
import dev.ssebridge.internal.bridge.BridgeRoutes;
import dev.ssebridge.internal.config.AdminConfig;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.OriginRule;
import dev.ssebridge.internal.http.Problem;
import dev.ssebridge.internal.socket.Rejection;
import io.vertx.core.Handler;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Lets pass who may use the admin interface. On the context of each request. */
final class AdminGuard {
  private static final String ADMITTED = AdminGuard.class.getName();

  private static final Problem FOREIGN_PAGE =
      new Problem(
          403,
          "expected a request that no page of another site has sent, got one that a page of another"
              + " origin has, or one that comes by another host than the page");

  private static final Problem NOT_OPEN =
      new Problem(
          403,
          "only /live, /ready and /metrics are served on an address that others reach while nobody"
              + " has to show who he is; set \"auth\" in the configuration, or have admin.host be a"
              + " loopback address");

  private static final Problem NOT_MOUNTED =
      new Problem(503, "the bridge is not mounted yet, or has ended");

  private final Administered subject;

  AdminGuard(Administered subject) {
    this.subject = subject;
  }

  /** The handler that lets those pass who may do this much. */
  Handler<RoutingContext> requires(AdminGrant needed) {
    return context -> {
      BridgeRoutes routes = subject.routes();
      Problem foreign = subject.problemOfHost(context.request());
      if (foreign != null) {
        reject(context, foreign);
      } else if (!OriginRule.isOwn(context.request())) {
        reject(context, FOREIGN_PAGE);
      } else if (routes == null) {
        reject(context, NOT_MOUNTED);
      } else {
        requireGrant(context, routes, needed);
      }
    };
  }

  /** Whether nobody is asked who he is, and everybody may connect. */
  boolean isOpenToOthers(@Nullable Access access) {
    return access == null && subject.admin().isOpenToOthers();
  }

  /** Lets nobody pass for whom there is nothing here. */
  void requireOpen(RoutingContext context) {
    BridgeRoutes routes = subject.routes();
    if (routes == null || isOpenToOthers(routes.access())) {
      reject(context, routes == null ? NOT_MOUNTED : NOT_OPEN);
    } else {
      context.next();
    }
  }

  private void requireGrant(RoutingContext context, BridgeRoutes routes, AdminGrant needed) {
    AdminConfig admin = subject.admin();
    Access access = routes.access();
    if (isOpenToOthers(access)) {
      reject(context, NOT_OPEN);
    } else if (access == null || admin.auth().isNone()) {
      admit(context, new Admitted(access, null, Instant.EPOCH));
    } else {
      AuthDecisions decisions = routes.authDecisions();
      Instant shown = access.now();
      BridgeRequest request = new BridgeRequest.Routed(context);
      access.whenKnown(
          request,
          admin.auth(),
          routes.remotes().of(context.request()),
          routes.authorizer(),
          () -> context.request().pause(),
          who -> {
            if (isGranted(who, needed)) {
              decisions.permitted(Wish.ADMIN);
              admit(context, new Admitted(access, who, shown));
            } else {
              refuse(context, access, decisions, lacking(who, needed));
            }
          },
          failure -> refuse(context, access, decisions, failure));
    }
  }

  /**
   * Who was let pass, and by whom.
   *
   * @param who null where nobody is asked
   * @param shown when he has shown who he is
   */
  private record Admitted(@Nullable Access access, @Nullable Identity who, Instant shown) {}

  private static void admit(RoutingContext context, Admitted admitted) {
    if (!Answers.isOver(context)) {
      context.put(ADMITTED, admitted);
      context.request().resume();
      context.next();
    }
  }

  /** Whether who was let pass once would be still, for what goes on for long. */
  boolean isStillAdmitted(RoutingContext context) {
    BridgeRoutes routes = subject.routes();
    Admitted admitted = context.get(ADMITTED);
    if (routes == null || admitted == null || routes.access() != admitted.access()) {
      return false;
    }
    Access access = admitted.access();
    Identity who = admitted.who();
    if (access == null || who == null) {
      return !isOpenToOthers(access);
    }
    return access.isStill(who, admitted.shown());
  }

  /** Who was let pass, and what he may do: as JSON. */
  JsonObject describe(RoutingContext context) {
    Admitted admitted = context.get(ADMITTED);
    Identity who = admitted == null ? null : admitted.who();
    boolean mayWrite = who == null || isGranted(who, AdminGrant.WRITE);
    return new JsonObject()
        .put("user", who == null ? null : who.subject())
        .put("provider", who == null ? null : who.provider())
        .put(
            "admin",
            (mayWrite ? AdminGrant.WRITE : AdminGrant.READ).name().toLowerCase(Locale.ROOT));
  }

  private boolean isGranted(Identity who, AdminGrant needed) {
    AdminGrant granted = who.grants().admin();
    return (granted != null && granted.includes(needed))
        || subject.admin().authorities().entrySet().stream()
            .anyMatch(each -> each.getKey().includes(needed) && who.isAuthorised(each.getValue()));
  }

  private static AuthFailure lacking(Identity who, AdminGrant needed) {
    AdminGrant granted = who.grants().admin();
    return new AuthFailure(
        AuthFailure.Kind.FORBIDDEN,
        "expected who has the grant \"admin\": "
            + (needed == AdminGrant.READ ? "\"read\" or \"write\"" : "\"write\"")
            + ", got who has "
            + (granted == null ? "none" : "\"read\""));
  }

  private void refuse(
      RoutingContext context, Access access, AuthDecisions decisions, AuthFailure failure) {
    decisions.refused(Wish.ADMIN, failure);
    if (!context.response().headWritten() && !context.response().closed()) {
      reject(context, access.challenge(subject.admin().auth()).refuse(context.response(), failure));
    }
  }

  private static void reject(RoutingContext context, Problem problem) {
    Rejection.send(context.vertx(), new BridgeRequest.Routed(context), problem);
  }
}
