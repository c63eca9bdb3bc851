package toystore.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import toystore.client.StoreClient;
import toystore.client.http.HttpRequest;
import toystore.common.Address;

/**
 * All that is measured: a store, opened for this, with three frontends to one catalog and one order log; and the
 * ceilings. Each is a process of its own, with the same flags of the JVM, and what is idle costs the others nothing.
 *
 * <pre>
 *   folder/data     the store's files
 *         /jars     the services as they were at the start, so that a build does not pull them away
 *         /logs     what each process writes to stderr
 * </pre>
 */
final class BenchCluster {
    /** Of every process that is measured: what the launcher says to those of a store. */
    static final List<String> JVM = List.of("-Xms64m", "-Xmx64m", "-XX:+UseSerialGC");

    private static final List<String> FOR_KEYS = List.of("-Xmx160m"); // that orders remembers

    private static final List<String> CACHED = List.of("--cache", "on");
    private static final List<String> UNCACHED = List.of("--cache", "off");
    private static final List<String> THREADS_64 = List.of("--session-threads", "64", "--cache", "on");

    private static final int PRODUCTS = 50;
    private static final int STOCK = 100_000_000; // of each, more than any run can buy

    private final Children children;
    private final Path folder;
    private final Map<BenchLoad, Address> targets = new EnumMap<>(BenchLoad.class);

    private BenchCluster(Children children, Path folder) {
        this.children = children;
        this.folder = folder;
    }

    /**
     * Starts it all, and waits until it answers.
     *
     * @param home the folder of the project, which was built
     * @param folder an empty one
     */
    static BenchCluster open(Path home, Path folder, Children children) throws IOException {
        BenchCluster stage = new BenchCluster(children, folder);
        for (String name : List.of("data", "jars", "logs")) {
            Files.createDirectory(folder.resolve(name));
        }
        for (String service : List.of("catalog", "orders", "frontend")) {
            Files.copy(BenchConfig.jar(home, service), stage.jar(service));
        }
        Files.writeString(stage.data().resolve("toys.json"), toys());
        stage.openStore();
        stage.openCeilings();
        return stage;
    }

    /** The requests of a load, and who gets them; not of {@link BenchLoad#APPEND}. */
    RequestCycle requests(BenchLoad load) {
        Address target = targets.get(load);
        return switch (load) {
            case FIXED, CACHED, PACED, ONE_HOP, UNCACHED -> new RequestCycle(target, List.of(query(target)), 200);
            case TWO_HOPS, ORDER, ORDER_64, TWO_HOPS_1, ORDER_1 ->
                new RequestCycle(
                        target,
                        IntStream.range(0, PRODUCTS)
                                .mapToObj(product -> order(target, product))
                                .toList(),
                        201);
            case APPEND -> throw new IllegalArgumentException("nobody is asked to append");
        };
    }

    private void openStore() throws IOException {
        String data = data().toString();
        RunningService catalog = service("catalog", ProcessRole.CATALOG, "catalog", List.of("--data", data));
        catalog.awaitReady();
        String catalogAt = catalog.address().toString();
        RunningService orders =
                service("orders", ProcessRole.ORDERS, "orders", List.of("--data", data, "--catalog", catalogAt));
        orders.awaitReady();
        List<String> backends =
                List.of("--catalog", catalogAt, "--orders", orders.address().toString());
        RunningService cached = frontend("frontend-cached", backends, CACHED);
        RunningService uncached = frontend("frontend-uncached", backends, UNCACHED);
        RunningService threads64 = frontend("frontend-64", backends, THREADS_64);
        serve(cached, BenchLoad.CACHED, BenchLoad.PACED, BenchLoad.ORDER, BenchLoad.ORDER_1);
        serve(uncached, BenchLoad.UNCACHED);
        serve(threads64, BenchLoad.ORDER_64);
    }

    private void openCeilings() throws IOException {
        Address store = targets.get(BenchLoad.CACHED);
        Path toGet = folder.resolve("answer-to-get");
        Path toPost = folder.resolve("answer-to-post");
        Files.write(toPost, RealAnswer.to(order(store, 0), 201, store));
        Files.write(toGet, RealAnswer.to(query(store), 200, store));
        List<String> answers = List.of(toGet.toString(), toPost.toString());
        RunningService far = ceiling("echo", ProcessRole.CATALOG, "echo-far", List.of());
        far.awaitReady();
        RunningService near = ceiling("echo", ProcessRole.ORDERS, "echo-near", List.of(at(far)));
        near.awaitReady();
        RunningService fixed = ceiling("fixed", ProcessRole.FRONTEND, "fixed", answers);
        RunningService oneHop = ceiling("fixed", ProcessRole.FRONTEND, "fixed-one-hop", and(answers, List.of(at(far))));
        RunningService twoHops =
                ceiling("fixed", ProcessRole.FRONTEND, "fixed-two-hops", and(answers, List.of(at(near))));
        serve(fixed, BenchLoad.FIXED);
        serve(oneHop, BenchLoad.ONE_HOP);
        serve(twoHops, BenchLoad.TWO_HOPS, BenchLoad.TWO_HOPS_1);
    }

    /** Waits for a process, and lets it answer these. */
    private void serve(RunningService process, BenchLoad... loads) throws IOException {
        process.awaitReady();
        for (BenchLoad load : loads) {
            targets.put(load, process.address());
        }
    }

    private RunningService frontend(String name, List<String> backends, List<String> flags) throws IOException {
        return service("frontend", ProcessRole.FRONTEND, name, and(backends, flags));
    }

    private RunningService service(String service, ProcessRole part, String name, List<String> flags)
            throws IOException {
        List<String> program =
                List.of("-jar", jar(service).toString(), "--host", "127.0.0.1", "--port", "0", "--access-log", "off");
        List<String> jvm = service.equals("orders") ? and(JVM, FOR_KEYS) : JVM;
        return children.launch(part, service, and(and(jvm, program), flags), log(name));
    }

    private RunningService ceiling(String kind, ProcessRole part, String name, List<String> arguments)
            throws IOException {
        return children.launch(part, kind, ceiling(kind, arguments), log(name));
    }

    /** The arguments of {@code java} that run a ceiling; see {@link CeilingMain}. It is in the program that runs. */
    static List<String> ceiling(String kind, List<String> arguments) {
        return and(and(JVM, List.of("-cp", classPath(), CeilingMain.class.getName(), kind)), arguments);
    }

    private static String classPath() {
        return List.of(CeilingMain.class, Address.class, Logger.class).stream()
                .map(type ->
                        type.getProtectionDomain().getCodeSource().getLocation().toString())
                .map(place -> Path.of(URI.create(place)).toString())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Path jar(String service) {
        return folder.resolve("jars").resolve(service + ".jar");
    }

    private Path log(String name) {
        return folder.resolve("logs").resolve(name + ".log");
    }

    private static HttpRequest query(Address target) {
        return HttpRequest.get(target, "/products/Tux");
    }

    private static HttpRequest order(Address target, int product) {
        byte[] form = StoreClient.orderForm(name(product), 1).getBytes(UTF_8);
        return HttpRequest.of(target, "POST", "/orders", Map.of("Content-Type", "application/json"), form);
    }

    private static String toys() {
        return IntStream.range(0, PRODUCTS)
                .mapToObj(product -> "{\"name\":\"" + name(product) + "\",\"price\":15.99,\"quantity\":" + STOCK + "}")
                .collect(Collectors.joining(",\n", "{\"products\":[\n", "\n]}\n"));
    }

    private static String name(int product) {
        return product == 0 ? "Tux" : "Toy " + product;
    }

    private static String at(RunningService process) {
        return process.address().toString();
    }

    private static List<String> and(List<String> first, List<String> second) {
        List<String> both = new ArrayList<>(first);
        both.addAll(second);
        return both;
    }
}
