package toystore.system;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the design: who may know whom. */
@AnalyzeClasses(packages = "toystore", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule modulesKnowOnlyThoseBelowThem = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("wire")
            .definedBy("toystore.wire..")
            .layer("durable")
            .definedBy("toystore.durable..")
            .layer("catalog")
            .definedBy("toystore.catalog..")
            .layer("orders")
            .definedBy("toystore.orders..")
            .layer("frontend")
            .definedBy("toystore.frontend..")
            .layer("client")
            .definedBy("toystore.client..")
            .layer("loadtest")
            .definedBy("toystore.loadtest..")
            .layer("bench")
            .definedBy("toystore.bench..")
            .layer("chaos")
            .definedBy("toystore.chaos..")
            .whereLayer("durable")
            .mayOnlyBeAccessedByLayers("catalog", "orders", "bench")
            .whereLayer("durable")
            .mayNotAccessAnyLayer()
            .whereLayer("wire")
            .mayNotAccessAnyLayer()
            .whereLayer("catalog")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("orders")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("frontend")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("client")
            .mayOnlyBeAccessedByLayers("loadtest", "bench", "chaos")
            .whereLayer("chaos")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("loadtest")
            .mayOnlyBeAccessedByLayers("bench")
            .whereLayer("bench")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule packagesFormNoCircle =
            slices().matching("toystore.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule messagesKnowNothingOfHowTheyTravel = noClasses()
            .that()
            .resideInAPackage("toystore.wire.message")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "toystore.wire.codec", "toystore.wire.net", "toystore.wire.program", "toystore.wire.trace");

    @ArchTest
    static final ArchRule onlyTheCodecKnowsHowMessagesBecomeJson = noClasses()
            .that()
            .resideInAnyPackage("toystore.wire.message", "toystore.wire.net", "toystore.wire.program")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson..");

    @ArchTest
    static final ArchRule onlyMetricsOfTheWireKnowPrometheus = noClasses()
            .that()
            .resideInAPackage("toystore.wire..")
            .and()
            .resideOutsideOfPackage("toystore.wire.metrics")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.prometheus..");

    @ArchTest
    static final ArchRule httpKnowsNothingOfTheStore = noClasses()
            .that()
            .resideInAPackage("toystore.frontend.http")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("toystore.frontend.store", "toystore.wire.message");

    @ArchTest
    static final ArchRule onlyTheCommandLineReadsTheEnvironment = noClasses()
            .should()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getProperty", String.class);

    @ArchTest
    static final ArchRule diskFaultsAreForTestsOnly = noClasses()
            .that()
            .resideOutsideOfPackage("toystore.durable.testing")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("toystore.durable.testing");

    @ArchTest
    static final ArchRule nobodySleeps = noClasses().should().callMethod(Thread.class, "sleep", long.class);
}
