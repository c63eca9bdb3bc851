package toystore.certs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import toystore.certs.CertificateFolder.Entry;
import toystore.common.cli.Program;
import toystore.common.cli.Version;

/** The command line that makes, renews and checks the certificates of a store. */
@Command(
        name = "certs",
        description = {
            "Makes the certificates of a store: an authority of its own (ca.pem, ca-key.pem) and, for each of frontend,"
                    + " orders and catalog, a certificate and a key (frontend.pem, frontend-key.pem). They are good for"
                    + " localhost, 127.0.0.1 and ::1, and that of the frontend for the hosts given.",
            "",
            "Run it again to renew them for another year: hosts and keys stay, new hosts are added, and services that"
                    + " run notice it within 10 s."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Exit codes: 0 done, 1 failed, or with --check one ends within 30 days or cannot be used, 2 wrong usage."
        })
public final class CertsMain implements Callable<Integer> {
    private static final Duration SOON = Duration.ofDays(30);

    private final Clock clock;

    @Parameters(index = "0", paramLabel = "DIR", description = "The folder; it is made if there is none.")
    private Path folder;

    @Parameters(
            index = "1..*",
            paramLabel = "HOST",
            description = "More host names or IP addresses that the certificate of the frontend is good for.")
    private List<String> hosts = new ArrayList<>();

    @Option(
            names = "--check",
            description =
                    "Change nothing: print when the certificates end, and exit with 1 if one ends within 30 days, is not good"
                            + " for a HOST, or its key is missing, does not fit, or can be used by others.")
    private boolean check;

    CertsMain(Clock clock) {
        this.clock = clock;
    }

    public static void main(String[] args) {
        Program.main(new CertsMain(Clock.systemUTC()), args);
    }

    @Override
    public Integer call() throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new IllegalArgumentException(folder + " is a file, but a folder was expected");
        }
        if (check) {
            return check();
        }
        if (Files.exists(folder) && !Files.isWritable(folder)) {
            throw new IOException("the folder " + folder + " cannot be written: permission denied");
        }
        List<Entry> entries = CertificateFolder.make(folder, hosts, clock);
        for (Entry entry : entries) {
            System.out.println(String.format(
                            Locale.ROOT,
                            "%-13s %-8s until %s  %s",
                            entry.file(),
                            entry.change(),
                            date(entry.until()),
                            String.join(" ", entry.hosts()))
                    .stripTrailing());
        }
        System.out.println("Clients trust these certificates if they have " + folder.resolve("ca.pem")
                + ". The keys are secret, that of the authority most of all.");
        System.out.println("Run this again before " + date(first(entries).until()) + " to renew them.");
        return Program.OK;
    }

    private int check() throws IOException {
        List<String> wanted = hosts.stream().map(CertificateHost::parse).toList();
        List<Entry> entries = CertificateFolder.read(folder);
        Instant now = clock.instant();
        for (Entry entry : entries) {
            System.out.println(String.format(
                    Locale.ROOT, "%-13s until %s, %s", entry.file(), date(entry.until()), left(now, entry.until())));
        }
        List<String> problems = new ArrayList<>();
        Entry first = first(entries);
        if (!first.until().isAfter(now.plus(SOON))) {
            problems.add(folder.resolve(first.file()) + ": " + left(now, first.until()) + "; certs " + folder
                    + " renews it");
        }
        problems.addAll(CertificateFolder.problemsOfKeys(folder));
        List<String> good = entries.get(1).hosts(); // those of the frontend, to which clients connect
        String others = String.join(
                " ", wanted.stream().filter(host -> !isGoodFor(good, host)).toList());
        if (!others.isEmpty()) {
            problems.add("the certificate is not good for " + others + "; certs " + folder + " " + others + " adds "
                    + (others.contains(" ") ? "them" : "it"));
        }
        problems.forEach(problem -> System.err.println("certs: " + problem));
        return problems.isEmpty() ? Program.OK : Program.FAILED;
    }

    private static boolean isGoodFor(List<String> names, String host) {
        int dot = host.indexOf('.');
        return names.contains(host) || (dot > 0 && names.contains("*" + host.substring(dot)));
    }

    private static String left(Instant now, Instant until) {
        long days = Duration.between(now, until).toDays();
        return until.isBefore(now) ? "expired" : days == 1 ? "1 day left" : days + " days left";
    }

    /** The certificate that ends first. */
    private static Entry first(List<Entry> entries) {
        Entry first = entries.get(0);
        for (Entry entry : entries) {
            first = entry.until().isBefore(first.until()) ? entry : first;
        }
        return first;
    }

    private static LocalDate date(Instant instant) {
        return instant.atZone(ZoneOffset.UTC).toLocalDate();
    }
}
