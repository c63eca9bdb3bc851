package toystore.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import toystore.bench.Sample.Role;
import toystore.certs.CertificateFolder;
import toystore.client.StoreClient;
import toystore.client.http.ClientTls;
import toystore.client.http.HttpRequest;
import toystore.client.http.Origin;
import toystore.common.Address;
import toystore.process.ProcessGroup;
import toystore.process.ProgramJars;
import toystore.process.ServiceProcess;

/**
 * The processes that are measured: a store with several frontends to one catalog and one order log, and the ceilings.
 *
 * <p>All of them have the same JVM flags. Those that are idle cost the others nothing.
 *
 * <pre>
 *   folder/data     the store's files
 *         /jars     the services as they were at the start, so that a build does not replace them
 *         /tls      the certificates of the frontend with HTTPS
 *         /logs     stderr of each process
 * </pre>
 */
final class BenchCluster {
    /** The JVM flags of every process that is measured; the launcher gives the same flags to a store. */
    static final List<String> JVM =
            List.of("-Xms64m", "-Xmx64m", "-XX:+UseSerialGC", "-XX:FreqInlineSize=100", "-XX:MaxInlineLevel=9");

    static final String ORDERS_HEAP = "-Xmx160m"; // for the index of keys
    private static final List<String> CACHED = List.of("--cache", "on");
    private static final List<String> UNCACHED = List.of("--cache", "off");
    private static final List<String> THREADS_64 = List.of("--session-threads", "64", "--cache", "on");

    private static final int PRODUCTS = 50;
    private static final int STOCK = 100_000_000; // of each, more than any run can order

    private static final Pattern CONTENT_LENGTH = Pattern.compile("\r\nContent-Length: ([0-9]+)\r\n");
    private static final int MAX_RESPONSE = 64 * 1024;
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration READY_POLL_INTERVAL = Duration.ofMillis(50);

    private final ProcessGroup group;
    private final Path folder;
    private List<String> backends = List.of(); // flags of a frontend
    private final Map<Role, List<ServiceProcess>> processes = new EnumMap<>(Role.class);
    private final Map<BenchLoad, Origin> targets = new EnumMap<>(BenchLoad.class);

    private BenchCluster(ProcessGroup group, Path folder) {
        this.group = group;
        this.folder = folder;
    }

    /**
     * Starts the store, and waits until it is ready.
     *
     * @param flag names the project folder in error messages
     * @param home the project folder, with the services built
     * @param folder an empty folder
     */
    static BenchCluster start(String flag, Path home, Path folder, ProcessGroup group) throws IOException {
        BenchCluster cluster = new BenchCluster(group, folder);
        for (String name : List.of("data", "jars", "logs")) {
            Files.createDirectories(folder.resolve(name));
        }
        for (String service : List.of("catalog", "orders", "frontend")) {
            Files.copy(ProgramJars.find(flag, home, service), cluster.jar(service));
        }
        Files.writeString(cluster.data().resolve("toys.json"), toys());
        cluster.startStore();
        return cluster;
    }

    private void startStore() throws IOException {
        List<String> data = List.of("--data", data().toString());
        List<String> catalog = List.of("--catalog", service(Role.CATALOG, "catalog", "catalog", data));
        backends = join(catalog, List.of("--orders", service(Role.ORDERS, "orders", "orders", join(data, catalog))));
        serve(
                frontend("frontend-cached", join(backends, CACHED)),
                BenchLoad.CACHED,
                BenchLoad.PACED,
                BenchLoad.ORDER,
                BenchLoad.ORDER_1);
        serve(frontend("frontend-uncached", join(backends, UNCACHED)), BenchLoad.UNCACHED);
        serve(frontend("frontend-64", join(backends, THREADS_64)), BenchLoad.ORDER_64);
        Address store = targets.get(BenchLoad.CACHED).address();
        recordResponse(order(store, 0), 201, store); // now it is ready
    }

    /** Starts the ceilings, which give the responses of this store. */
    void startCeilings() throws IOException {
        Address store = targets.get(BenchLoad.CACHED).address();
        Path toGet = folder.resolve("response-to-get");
        Path toPost = folder.resolve("response-to-post");
        Files.write(toGet, recordResponse(query(store), 200, store));
        Files.write(toPost, recordResponse(order(store, 0), 201, store));
        List<String> responses = List.of(toGet.toString(), toPost.toString());
        String far = ceiling(Role.CATALOG, "echo", "echo-far", List.of());
        String near = ceiling(Role.ORDERS, "echo", "echo-near", List.of(far));
        serve(ceiling(Role.FRONTEND, "fixed", "fixed", responses), BenchLoad.FIXED);
        serve(ceiling(Role.FRONTEND, "fixed", "fixed-one-hop", join(responses, List.of(far))), BenchLoad.ONE_HOP);
        serve(
                ceiling(Role.FRONTEND, "fixed", "fixed-two-hops", join(responses, List.of(near))),
                BenchLoad.TWO_HOPS,
                BenchLoad.TWO_HOPS_1);
    }

    /** Starts a frontend with HTTPS. */
    void startTls() throws IOException {
        Path tls = folder.resolve("tls");
        CertificateFolder.make(tls, List.of(), Clock.systemUTC());
        String certificate = tls.resolve("frontend.pem").toString();
        String key = tls.resolve("frontend-key.pem").toString();
        List<String> https = List.of("--tls-cert", certificate, "--tls-key", key);
        Address frontend = Address.parse(frontend("frontend-tls", join(join(backends, CACHED), https)), 0);
        Origin target = Origin.https(frontend, ClientTls.trusting(tls.resolve("ca.pem")));
        targets.put(BenchLoad.CACHED_TLS, target);
        targets.put(BenchLoad.ORDER_TLS, target);
    }

    /** Returns the requests of a load and their target; not for {@link BenchLoad#APPEND}. */
    BenchScenario scenario(BenchLoad load) {
        Origin target = targets.get(load);
        return switch (load) {
            case FIXED, CACHED, CACHED_TLS, PACED, ONE_HOP, UNCACHED -> queries(target);
            case TWO_HOPS, ORDER, ORDER_64, ORDER_TLS, TWO_HOPS_1, ORDER_1 -> orders(target);
            case APPEND -> throw new IllegalArgumentException(load + " has no requests");
        };
    }

    /** Returns the processor time that the processes of each role have used. */
    Map<Role, Duration> cpuTimes() {
        Map<Role, Duration> times = new EnumMap<>(Role.class);
        processes.forEach((role, services) ->
                times.put(role, services.stream().map(ServiceProcess::cpuTime).reduce(Duration.ZERO, Duration::plus)));
        return times;
    }

    private void serve(String address, BenchLoad... loads) {
        for (BenchLoad load : loads) {
            targets.put(load, Origin.http(Address.parse(address, 0)));
        }
    }

    private String frontend(String name, List<String> flags) throws IOException {
        return service(Role.FRONTEND, "frontend", name, flags);
    }

    private String service(Role role, String service, String name, List<String> flags) throws IOException {
        List<String> jvm = service.equals("orders") ? join(JVM, List.of(ORDERS_HEAP)) : JVM;
        List<String> program =
                List.of("-jar", jar(service).toString(), "--host", "127.0.0.1", "--port", "0", "--access-log", "off");
        return start(role, service, name, join(join(jvm, program), flags));
    }

    private String ceiling(Role role, String kind, String name, List<String> arguments) throws IOException {
        return start(role, kind, name, ceilingCommand(kind, arguments));
    }

    /** Starts a process; returns its address when it is ready. */
    private String start(Role role, String program, String name, List<String> arguments) throws IOException {
        Path log = folder.resolve("logs").resolve(name + ".log");
        ServiceProcess process = group.start(program, ServiceProcess.coldJava(arguments), log);
        processes.computeIfAbsent(role, first -> new ArrayList<>()).add(process);
        return process.awaitReady().address().toString();
    }

    /** Returns the arguments of {@code java} for a {@link CeilingServer}, whose class is in this program. */
    static List<String> ceilingCommand(String kind, List<String> arguments) {
        String classPath = List.of(CeilingServer.class, Address.class, Logger.class).stream()
                .map(type ->
                        type.getProtectionDomain().getCodeSource().getLocation().toString())
                .map(place -> Path.of(URI.create(place)).toString())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
        return join(join(JVM, List.of("-cp", classPath, CeilingServer.class.getName(), kind)), arguments);
    }

    /**
     * Sends a request until the response has the expected status, as soon as the store is ready; returns all its bytes.
     *
     * @throws IOException if it has another status for 20 s
     */
    static byte[] recordResponse(HttpRequest request, int status, Address frontend) throws IOException {
        long start = System.nanoTime();
        while (true) {
            byte[] response = send(request, frontend);
            String text = new String(response, ISO_8859_1);
            if (text.startsWith("HTTP/1.1 " + status + " ")) {
                return response;
            }
            if (System.nanoTime() - start > READY_TIMEOUT.toNanos()) {
                throw new IOException("the store does not respond with status " + status + " but with "
                        + text.lines().findFirst().orElse("nothing"));
            }
            LockSupport.parkNanos(READY_POLL_INTERVAL.toNanos());
        }
    }

    private static byte[] send(HttpRequest request, Address frontend) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName(frontend.host()), frontend.port())) {
            socket.setSoTimeout((int) READY_TIMEOUT.toMillis());
            socket.getOutputStream().write(request.bytes());
            InputStream in = socket.getInputStream();
            byte[] response = new byte[MAX_RESPONSE];
            int length = 0;
            while (length < fullLength(response, length)) {
                int read = in.read(response, length, response.length - length);
                if (read <= 0) {
                    throw new EOFException(frontend + " closed the connection within a response");
                }
                length += read;
            }
            return Arrays.copyOf(response, length);
        }
    }

    /** Returns the length of the whole response; the largest number until its head is complete. */
    private static int fullLength(byte[] response, int length) {
        String text = new String(response, 0, length, ISO_8859_1);
        int head = text.indexOf("\r\n\r\n");
        Matcher field = CONTENT_LENGTH.matcher(text);
        return head >= 0 && field.find() ? head + 4 + Integer.parseInt(field.group(1)) : Integer.MAX_VALUE;
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Path jar(String service) {
        return folder.resolve("jars").resolve(service + ".jar");
    }

    /** Queries of one product. */
    static BenchScenario queries(Origin target) {
        return new BenchScenario(target, List.of(query(target.address())), 200);
    }

    /** Orders of all products of the store. */
    static BenchScenario orders(Origin target) {
        return orders(target, PRODUCTS);
    }

    /** Orders of the first products of {@link #toys}. */
    static BenchScenario orders(Origin target, int products) {
        return new BenchScenario(
                target,
                IntStream.range(0, products)
                        .mapToObj(product -> order(target.address(), product))
                        .toList(),
                201);
    }

    private static HttpRequest query(Address target) {
        return HttpRequest.get(target, "/products/Tux");
    }

    private static HttpRequest order(Address target, int product) {
        return order(target, name(product));
    }

    /** An order for one unit of a toy. */
    static HttpRequest order(Address target, String toy) {
        return order(target, toy, Map.of("Content-Type", "application/json"));
    }

    /** The same, with an idempotency key. */
    static HttpRequest orderWithKey(Address target, String toy, String key) {
        return order(target, toy, Map.of("Content-Type", "application/json", "Idempotency-Key", key));
    }

    private static HttpRequest order(Address target, String toy, Map<String, String> fields) {
        byte[] form = StoreClient.orderForm(toy, 1).getBytes(UTF_8);
        return HttpRequest.of(target, "POST", "/orders", fields, form);
    }

    /** A starting catalog with more units than any run can order. */
    static String toys() {
        return toys(PRODUCTS, STOCK);
    }

    /** A starting catalog. */
    static String toys(int products, int stock) {
        return IntStream.range(0, products)
                .mapToObj(product -> "{\"name\":\"" + name(product) + "\",\"price\":15.99,\"quantity\":" + stock + "}")
                .collect(Collectors.joining(",\n", "{\"products\":[\n", "\n]}\n"));
    }

    /** The name of a product of {@link #toys}, from 0. */
    static String name(int product) {
        return product == 0 ? "Tux" : "Toy " + product;
    }

    private static List<String> join(List<String> first, List<String> second) {
        List<String> both = new ArrayList<>(first);
        both.addAll(second);
        return both;
    }
}
