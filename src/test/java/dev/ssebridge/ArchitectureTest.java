package dev.ssebridge;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The rules by which the packages are cut; where one fails, its reason says what to do. */
class ArchitectureTest {
  private static final String ROOT = "dev.ssebridge";
  private static final String INTERNAL = ROOT + ".internal.";

  /** Public classes of the root package that open a door; the others in it are values. */
  private static final Set<String> DOORS =
      Set.of(
          "SseBridge",
          "SseBridgeVerticle",
          "SseClientVerticle",
          "EventSource",
          "EventStream",
          "EventStreams");

  /** What an application may use. A new name in here is a new promise. */
  private static final Set<String> PUBLIC =
      Set.of(
          "EventDecoder",
          "EventDecoderOptions",
          "EventEncoder",
          "EventSource",
          "EventSourceException",
          "EventSourceOptions",
          "EventSourceReason",
          "EventSourceRequest",
          "EventSourceRequestSupplier",
          "EventSourceState",
          "EventSourceStats",
          "EventSourceTransition",
          "EventStream",
          "EventStreams",
          "EventTooLargeException",
          "ParseOddity",
          "ServerSentEvent",
          "SseBridge",
          "SseBridgeVerticle",
          "SseClientVerticle",
          "CloseReason",
          "EventCodec");

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

  private static boolean isDoor(JavaClass type) {
    if (!type.getPackageName().equals(ROOT)) {
      return false;
    }
    String outermost = type.getName().substring(type.getPackageName().length() + 1);
    int nested = outermost.indexOf('$');
    String name = nested < 0 ? outermost : outermost.substring(0, nested);
    return DOORS.contains(name);
  }

  @Test
  void dataFlowsFromTheBusThroughTheLogToTheSubscribers() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .withOptionalLayers(true)
        .layer("http")
        .definedBy(INTERNAL + "http..")
        .layer("bus")
        .definedBy(INTERNAL + "bus..")
        .layer("fanout")
        .definedBy(INTERNAL + "fanout..")
        .layer("log")
        .definedBy(INTERNAL + "log..")
        .whereLayer("bus")
        .mayOnlyBeAccessedByLayers("http")
        .whereLayer("fanout")
        .mayOnlyBeAccessedByLayers("http", "bus")
        .whereLayer("log")
        .mayOnlyBeAccessedByLayers("http", "bus", "fanout")
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
            "io.vertx.core.http..", "io.vertx.ext..", INTERNAL + "http..", INTERNAL + "config..")
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
        .resideInAnyPackage(
            INTERNAL + "log..", INTERNAL + "fanout..", INTERNAL + "bus..", INTERNAL + "http..")
        .because("one may be used without the other")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage(
            INTERNAL + "log..", INTERNAL + "fanout..", INTERNAL + "bus..", INTERNAL + "http..")
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
        .resideInAnyPackage(
            INTERNAL + "log..",
            INTERNAL + "fanout..",
            INTERNAL + "bus..",
            INTERNAL + "http..",
            INTERNAL + "client..",
            INTERNAL + "app..")
        .because("a record of what was asked for needs to know nobody who does it")
        .check(CLASSES);
  }

  @Test
  void nobodyInsideGoesThroughADoor() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".internal..")
        .and()
        .resideOutsideOfPackage(INTERNAL + "app..")
        .should()
        .dependOnClassesThat(DOOR)
        .because("doors lead inwards only")
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

  @Test
  void nothingIsPublicByAccident() {
    Set<String> found = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      boolean promised = !type.getPackageName().startsWith(ROOT + ".internal");
      if (promised
          && type.getModifiers().contains(JavaModifier.PUBLIC)
          && type.isTopLevelClass()
          && !simpleName("package-info").test(type)) {
        found.add(type.getSimpleName());
      }
    }
    assertThat(found)
        .as("public outside of internal is promised for good: extend the list, or hide the class")
        .isEqualTo(new TreeSet<>(PUBLIC));
  }

  /** Packages, but the root package is two: the doors, and the values and the format of all. */
  private static final class Stages implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      String name = type.getPackageName();
      if (name.equals(ROOT)) {
        return SliceIdentifier.of(isDoor(type) ? "doors" : "format");
      }
      if (name.equals(INTERNAL + "eventstream")) {
        return SliceIdentifier.of("format");
      }
      return name.startsWith(ROOT) ? SliceIdentifier.of(name) : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "stages of the flow";
    }
  }
}
