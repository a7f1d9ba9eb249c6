package dev.ssebridge;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toSet;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules by which the packages are cut; where one fails, its reason says what to do. */
class ArchitectureTest {
  private static final String ROOT = "dev.ssebridge";
  private static final String INTERNAL = ROOT + ".internal.";

  /** Public classes that open a door to what is inside; the other public ones are values. */
  private static final Set<String> DOORS =
      Set.of(
          ROOT + ".SseBridge",
          ROOT + ".SseBridgeServer",
          ROOT + ".SseBridgeVerticle",
          ROOT + ".EventStream",
          ROOT + ".metrics.BridgeMeters",
          ROOT + ".metrics.SseBridgeMetrics",
          ROOT + ".client.SseClientVerticle",
          ROOT + ".client.EventSource",
          ROOT + ".client.EventSourceBuilder",
          ROOT + ".client.EventStreams");

  /** What stands behind doors that are interfaces: on the same threshold. */
  private static final Set<String> BEHIND_DOORS = Set.of(INTERNAL + "door");

  /** What serves; not what follows. */
  private static final String[] SERVER = {
    INTERNAL + "log..",
    INTERNAL + "fanout..",
    INTERNAL + "bus..",
    INTERNAL + "http..",
    INTERNAL + "socket..",
    INTERNAL + "publish..",
    INTERNAL + "subscribe..",
    INTERNAL + "bridge.."
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  private static final DescribedPredicate<JavaClass> DOOR =
      new DescribedPredicate<>("is a door") {
        @Override
        public boolean test(JavaClass type) {
          return isDoor(type);
        }
      };

  /**
   * How keys are declared, read and written. They know no key and no options, so that options of
   * any package can declare theirs, those of the format as well.
   */
  private static final Set<String> OF_KEYS =
      Stream.concat(
              Stream.of(ROOT + ".ConfigException"),
              Stream.of(
                      "ConfigObject",
                      "ConfigText",
                      "ConfigTree",
                      "FormedType",
                      "Forms",
                      "Given",
                      "Key",
                      "Keys",
                      "NumberPattern",
                      "Origin",
                      "Origins",
                      "Problems",
                      "Quantity",
                      "Shape",
                      "Substitution",
                      "TextForms",
                      "ValueType",
                      "Values",
                      "YamlText")
                  .map(name -> INTERNAL + "config." + name))
          .collect(toSet());

  private static String topLevel(JavaClass type) {
    String name = type.getName();
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  private static boolean isDoor(JavaClass type) {
    if (BEHIND_DOORS.contains(type.getPackageName())) {
      return true;
    }
    return DOORS.contains(topLevel(type));
  }

  @Test
  void dataFlowsFromTheBusThroughTheLogToTheSockets() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("bridge")
        .definedBy(INTERNAL + "bridge..")
        .layer("publish")
        .definedBy(INTERNAL + "publish..")
        .layer("subscribe")
        .definedBy(INTERNAL + "subscribe..")
        .layer("socket")
        .definedBy(INTERNAL + "socket..")
        .layer("http")
        .definedBy(INTERNAL + "http..")
        .layer("bus")
        .definedBy(INTERNAL + "bus..")
        .layer("fanout")
        .definedBy(INTERNAL + "fanout..")
        .layer("log")
        .definedBy(INTERNAL + "log..")
        .whereLayer("bridge")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("publish")
        .mayOnlyBeAccessedByLayers("bridge")
        .whereLayer("subscribe")
        .mayOnlyBeAccessedByLayers("bridge")
        .whereLayer("socket")
        .mayOnlyBeAccessedByLayers("bridge", "publish", "subscribe")
        .whereLayer("http")
        .mayOnlyBeAccessedByLayers("bridge", "publish", "subscribe", "socket")
        .whereLayer("bus")
        .mayOnlyBeAccessedByLayers("bridge", "publish", "subscribe", "socket")
        .whereLayer("fanout")
        .mayOnlyBeAccessedByLayers("bridge", "publish", "subscribe", "socket", "bus")
        .whereLayer("log")
        .mayOnlyBeAccessedByLayers("bridge", "publish", "subscribe", "bus", "fanout")
        .because("each stage can then be tested without those after it")
        .check(CLASSES);
  }

  @Test
  void fanOutKnowsNeitherHttpNorConfiguration() {
    noClasses()
        .that()
        .resideInAPackage(INTERNAL + "fanout..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.vertx.core.http..",
            "io.vertx.ext..",
            INTERNAL + "http..",
            INTERNAL + "socket..",
            INTERNAL + "config..")
        .because("it writes to a Sink, which a test can fake")
        .check(CLASSES);
  }

  @Test
  void theLogKnowsNeitherVertxNorNetty() {
    noClasses()
        .that()
        .resideInAPackage(INTERNAL + "log..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx..", "io.netty..")
        .because("it is a plain data structure with one writer")
        .check(CLASSES);
  }

  @Test
  void serverAndClientMeetOnlyInTheFormat() {
    noClasses()
        .that(resideInAPackage(INTERNAL + "client.."))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(SERVER)
        .because("one may be used without the other")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage(SERVER)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(INTERNAL + "client..")
        .because("one may be used without the other")
        .check(CLASSES);
  }

  @Test
  void theConfigurationIsReadByNobodyWhoMakesIt() {
    noClasses()
        .that()
        .resideInAPackage(INTERNAL + "config..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(also(SERVER, INTERNAL + "client..", INTERNAL + "app.."))
        .because("a record of what was asked for needs to know nobody who does it")
        .check(CLASSES);
  }

  @Test
  void nobodyInsideGoesThroughADoor() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".internal..")
        .and()
        .resideOutsideOfPackages(INTERNAL + "app..", INTERNAL + "tool..", INTERNAL + "door..")
        .should()
        .dependOnClassesThat(DOOR)
        .because(
            "doors lead inwards only; those that are interfaces have what implements them in a"
                + " package of its own, which nobody further inside knows either")
        .check(CLASSES);
  }

  /** Stands in for an event loop: Vert.x has no other way to say where a consumer is called. */
  private static final String OF_LOOPS = INTERNAL + "bus.Intake";

  /** The client passes over responses that Vert.x does not know, on connections of its own. */
  private static final Set<String> OF_THE_CLIENT =
      Set.of(
          INTERNAL + "client.ClientConnections",
          INTERNAL + "client.ClientConnections$OtherInformational");

  @Test
  void channelsOfTheServerAreTouchedInOnePackage() {
    noClasses()
        .that(
            new DescribedPredicate<JavaClass>("are outside of internal.socket") {
              @Override
              public boolean test(JavaClass type) {
                return !type.getPackageName().equals(INTERNAL + "socket")
                    && !type.getName().startsWith(OF_LOOPS)
                    && !OF_THE_CLIENT.contains(type.getName());
              }
            })
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "io.netty.channel..", "io.netty.handler..", "io.vertx.core.net.impl..")
                .and(not(resideInAPackage("io.netty.handler.codec.http.cookie.."))))
        .because(
            "what is written past Vert.x, and looks below it, must be found in one place when Vert.x"
                + " moves; the codec of cookies is but a parser")
        .check(CLASSES);
  }

  @Test
  void nobodyNeedsMicrometerButWhoBindsToIt() {
    noClasses()
        .that()
        .resideOutsideOfPackages(INTERNAL + "micrometer..", INTERNAL + "app..")
        .and()
        .doNotHaveFullyQualifiedName(ROOT + ".metrics.SseBridgeMetrics")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.micrometer..", "io.prometheus..", "io.vertx.micrometer..")
        .because("it is optional: an application that has it not reads the meters all the same")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices()
        .assignedFrom(new Stages())
        .should()
        .beFreeOfCycles()
        .because("a cycle is one package in two places")
        .check(CLASSES);
  }

  /**
   * Packages, but the doors are one slice: they lead inwards, while the other public classes are
   * values that are known everywhere.
   */
  private static final class Stages implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      String name = type.getPackageName();
      if (isDoor(type)) {
        return SliceIdentifier.of("doors");
      }
      if (OF_KEYS.contains(topLevel(type))) {
        return SliceIdentifier.of("keys");
      }
      if (name.equals(ROOT + ".format") || name.equals(INTERNAL + "eventstream")) {
        return SliceIdentifier.of("format");
      }
      if (Set.of(ROOT, ROOT + ".auth", ROOT + ".client", INTERNAL + "config").contains(name)) {
        // Options declare their keys, a configuration is made of options.
        return SliceIdentifier.of("options");
      }
      return name.startsWith(ROOT) ? SliceIdentifier.of(name) : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "stages of the flow";
    }
  }

  private static String[] also(String[] some, String... more) {
    return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
  }
}
