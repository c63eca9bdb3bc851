package toystore.system;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/** The dependencies that the design allows. */
@AnalyzeClasses(packages = "toystore", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule modulesKnowOnlyThoseBelowThem = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("common")
            .definedBy("toystore.common..")
            .layer("tls")
            .definedBy("toystore.tls..")
            .layer("certs")
            .definedBy("toystore.certs..")
            .layer("wire")
            .definedBy("toystore.wire..")
            .layer("service")
            .definedBy("toystore.service..")
            .layer("engine")
            .definedBy("toystore.engine..")
            .layer("durable")
            .definedBy("toystore.durable..")
            .layer("postgres")
            .definedBy("toystore.postgres..")
            .layer("sql")
            .definedBy("toystore.sql..")
            .layer("db")
            .definedBy("toystore.db..")
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
            .layer("process")
            .definedBy("toystore.process..")
            .layer("bench")
            .definedBy("toystore.bench..")
            .layer("lab")
            .definedBy("toystore.lab..")
            .whereLayer("durable")
            .mayOnlyBeAccessedByLayers("catalog", "orders", "db", "bench", "lab")
            .whereLayer("durable")
            .mayNotAccessAnyLayer()
            .whereLayer("common")
            .mayNotAccessAnyLayer()
            .whereLayer("tls")
            .mayNotAccessAnyLayer()
            .whereLayer("certs")
            .mayOnlyAccessLayers("common", "tls")
            .whereLayer("certs")
            .mayOnlyBeAccessedByLayers("bench", "lab")
            .whereLayer("wire")
            .mayOnlyAccessLayers("common", "tls")
            .whereLayer("service")
            .mayOnlyAccessLayers("common", "tls", "wire")
            .whereLayer("service")
            .mayOnlyBeAccessedByLayers("engine", "sql", "catalog", "orders", "frontend", "db", "lab")
            .whereLayer("engine")
            .mayOnlyAccessLayers("wire", "service")
            .whereLayer("sql")
            .mayOnlyAccessLayers("common", "wire", "service", "engine")
            .whereLayer("sql")
            .mayOnlyBeAccessedByLayers("catalog", "orders", "db", "bench", "lab")
            .whereLayer("postgres")
            .mayOnlyAccessLayers("common", "process")
            .whereLayer("postgres")
            .mayOnlyBeAccessedByLayers("db", "bench", "lab")
            .whereLayer("db")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("catalog")
            .mayOnlyBeAccessedByLayers("db")
            .whereLayer("orders")
            .mayOnlyBeAccessedByLayers("db", "lab")
            .whereLayer("frontend")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("client")
            .mayOnlyBeAccessedByLayers("loadtest", "bench", "lab")
            .whereLayer("lab")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("loadtest")
            .mayOnlyBeAccessedByLayers("bench", "lab")
            .whereLayer("process")
            .mayOnlyAccessLayers("common")
            .whereLayer("process")
            .mayOnlyBeAccessedByLayers("postgres", "db", "bench", "lab")
            .whereLayer("bench")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static void everyTopLevelClassHasAUniqueName(JavaClasses classes) {
        assertThat(classes.stream()
                        .filter(JavaClass::isTopLevelClass)
                        .map(JavaClass::getSimpleName)
                        .filter(name -> !name.equals("package-info")))
                .doesNotHaveDuplicates();
    }

    @ArchTest
    static final ArchRule packagesFormNoCircle =
            slices().matching("toystore.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule messagesKnowNothingOfHowTheyTravel = noClasses()
            .that()
            .resideInAPackage("toystore.wire.message")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("toystore.wire.codec", "toystore.wire.net", "toystore.common..");

    @ArchTest
    static final ArchRule onlyTheCodecKnowsHowMessagesBecomeJson = noClasses()
            .that()
            .resideInAnyPackage("toystore.wire.message", "toystore.wire.net", "toystore.common.cli")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson..");

    @ArchTest
    static final ArchRule onlyServicesKnowPrometheus = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "toystore.service..", "toystore.frontend..", "toystore.catalog..", "toystore.orders..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.prometheus..");

    /** Session knows parse and http; parse, the site and the store know http, and nothing of each other. */
    @ArchTest
    static final ArchRule httpKnowsNothingOfTheSite = noClasses()
            .that()
            .resideInAPackage("toystore.frontend.http..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("toystore.frontend.site");

    @ArchTest
    static final ArchRule httpAndTheSiteKnowNothingOfTheStore = noClasses()
            .that()
            .resideInAnyPackage("toystore.frontend.http..", "toystore.frontend.site")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("toystore.frontend.store", "toystore.frontend.cache", "toystore.wire.message");

    @ArchTest
    static final ArchRule parsingKnowsNothingOfSessions = noClasses()
            .that()
            .resideInAPackage("toystore.frontend.http.parse")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("toystore.frontend.http.session", "toystore.wire..")
            .because("it turns bytes into a request or an error");

    @ArchTest
    static final ArchRule theStoreAndTheSiteKnowNothingOfBytesAndSessions = noClasses()
            .that()
            .resideInAnyPackage(
                    "toystore.frontend.http",
                    "toystore.frontend.site",
                    "toystore.frontend.store",
                    "toystore.frontend.cache")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("toystore.frontend.http.parse", "toystore.frontend.http.session");

    @ArchTest
    static final ArchRule onlyTheCommandLineReadsTheEnvironment = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("toystore.common.cli.EnvironmentDefaults")
            .should()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getProperty", String.class);

    /** What is made in the digits of Arabic, or in another charset, is not found or understood by the next process. */
    private static final Set<String> DEPEND_ON_LOCALE_OR_CHARSET = Set.of(
            "java.lang.String.format(java.lang.String, [Ljava.lang.Object;)",
            "java.lang.String.formatted([Ljava.lang.Object;)",
            "java.lang.String.toLowerCase()",
            "java.lang.String.toUpperCase()",
            "java.lang.String.getBytes()",
            "java.lang.String.<init>([B)",
            "java.lang.String.<init>([B, int, int)",
            "java.io.ByteArrayOutputStream.toString()",
            "java.io.PrintStream.printf(java.lang.String, [Ljava.lang.Object;)",
            "java.io.PrintStream.format(java.lang.String, [Ljava.lang.Object;)",
            "java.io.PrintStream.<init>(java.io.OutputStream)",
            "java.io.PrintStream.<init>(java.io.OutputStream, boolean)",
            "java.io.PrintStream.<init>(java.io.File)",
            "java.io.PrintStream.<init>(java.lang.String)",
            "java.io.PrintWriter.printf(java.lang.String, [Ljava.lang.Object;)",
            "java.io.PrintWriter.format(java.lang.String, [Ljava.lang.Object;)",
            "java.io.PrintWriter.<init>(java.io.OutputStream)",
            "java.io.PrintWriter.<init>(java.io.OutputStream, boolean)",
            "java.io.PrintWriter.<init>(java.io.File)",
            "java.io.PrintWriter.<init>(java.lang.String)",
            "java.io.InputStreamReader.<init>(java.io.InputStream)",
            "java.io.OutputStreamWriter.<init>(java.io.OutputStream)",
            "java.io.FileReader.<init>(java.io.File)",
            "java.io.FileReader.<init>(java.lang.String)",
            "java.io.FileWriter.<init>(java.io.File)",
            "java.io.FileWriter.<init>(java.lang.String)",
            "java.util.Formatter.<init>()",
            "java.util.Formatter.<init>(java.lang.Appendable)",
            "java.util.Scanner.<init>(java.io.InputStream)",
            "java.util.Scanner.<init>(java.nio.file.Path)",
            "java.util.Locale.getDefault()",
            "java.nio.charset.Charset.defaultCharset()",
            "java.time.format.DateTimeFormatter.ofPattern(java.lang.String)",
            "java.text.DecimalFormat.<init>()",
            "java.text.DecimalFormat.<init>(java.lang.String)",
            "java.text.NumberFormat.getInstance()",
            "java.text.NumberFormat.getIntegerInstance()",
            "java.text.SimpleDateFormat.<init>(java.lang.String)",
            "java.text.MessageFormat.format(java.lang.String, [Ljava.lang.Object;)",
            "java.net.URLEncoder.encode(java.lang.String)",
            "java.net.URLDecoder.decode(java.lang.String)");

    @ArchTest
    static final ArchRule noTextDependsOnTheLocaleOrCharsetOfTheMachine = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("toystore.common.cli.Terminal") // tells which charset that is
            .should()
            .callCodeUnitWhere(DescribedPredicate.describe(
                    "makes text in the default locale or charset",
                    call -> DEPEND_ON_LOCALE_OR_CHARSET.contains(
                            call.getTarget().getFullName())));

    @ArchTest
    static final ArchRule nobodySleeps = noClasses().should().callMethod(Thread.class, "sleep", long.class);
}
