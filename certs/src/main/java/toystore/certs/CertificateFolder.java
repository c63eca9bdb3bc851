package toystore.certs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import toystore.certs.CertificateAuthority.Validity;
import toystore.tls.Identity;
import toystore.tls.TlsFileException;

/**
 * The certificates of a store: those of its authority and of its services.
 *
 * <pre>
 *   ca.pem             the certificate of the authority: who trusts it trusts all of them
 *   ca-key.pem         the key of the authority, to issue more; no service reads it
 *   frontend.pem       the certificate of the frontend: to its clients, with the hosts of the store, and to the
 *                      other services, which do not look at hosts
 *   frontend-key.pem   its key
 *   orders.pem, orders-key.pem, catalog.pem, catalog-key.pem
 *   .lock              one process at a time makes certificates
 * </pre>
 *
 * <p>A renewal keeps the keys, so it replaces one file for each service, and at no moment, not even after a crash, does
 * a certificate stand beside a key that does not fit. A key that is missing or does not fit is made anew. A key that
 * is kept, but that others than its owner and its group can read, loses these permissions.
 */
public final class CertificateFolder {
    /** The services, each of which has a certificate with its name. */
    public static final List<String> ROLES = List.of("frontend", "orders", "catalog");
    /** Hosts that each certificate is good for. */
    public static final List<String> LOCAL_HOSTS = List.of("localhost", "127.0.0.1", "::1");

    private static final Duration VALIDITY = Duration.ofDays(365);
    /** Of the authority: its clients have copies of its certificate, which are work to replace. */
    private static final Duration AUTHORITY_VALIDITY = Duration.ofDays(3650);

    private static final String AUTHORITY = "ca";
    /** The only role whose certificate has the hosts of the store: the keys of the others cannot stand for the shop. */
    private static final String SHOP = "frontend";

    private static final int DNS_NAME = 2; // RFC 5280 §4.2.1.6
    private static final int IP_ADDRESS = 7;

    private final Path folder;

    private CertificateFolder(Path folder) {
        this.folder = folder;
    }

    /** What happened to a certificate. */
    public enum Change {
        MADE("made"),
        RENEWED("renewed"),
        RENEWED_WITH_NEW_KEY("renewed, with a new key,"),
        KEPT("kept");

        private final String text;

        Change(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * A certificate of the folder.
     *
     * @param file its name in the folder
     * @param hosts the hosts that it is good for; none for the authority
     */
    public record Entry(String file, Change change, Instant until, List<String> hosts) {
        public Entry {
            hosts = List.copyOf(hosts);
        }
    }

    /**
     * Makes or renews an authority and the certificates of all services. All are good for localhost, and
     * that of the frontend for other hosts, and for those that the earlier one was good for.
     *
     * @return the authority, and the services in the order of {@link #ROLES}
     * @throws IllegalArgumentException if a host is neither a name nor an address
     * @throws IOException if files cannot be read or written, or belong to another authority; the message says which
     */
    public static List<Entry> make(Path folder, List<String> otherHosts, Clock clock) throws IOException {
        List<String> hosts = otherHosts.stream().map(CertificateHost::parse).toList();
        if (!Files.isDirectory(folder)) {
            makeFolder(folder);
        }
        try (FileChannel channel =
                        FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = tryLock(channel)) {
            if (lock == null) {
                throw new IOException("another process makes certificates in " + folder + "; try again");
            }
            return new CertificateFolder(folder).make(hosts, clock.instant());
        }
    }

    private static void makeFolder(Path folder) throws IOException {
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileSystemException e) {
            String reason = e instanceof AccessDeniedException ? "permission denied" : e.getReason();
            throw new IOException(
                    "the folder " + folder + " cannot be made" + (reason == null ? "" : ": " + reason), e);
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException otherThread) {
            return null;
        }
    }

    private List<Entry> make(List<String> hosts, Instant now) throws IOException {
        List<Entry> entries = new ArrayList<>();
        CertificateAuthority authority = authority(entries, now);
        List<Identity> earlier = new ArrayList<>();
        for (String role : ROLES) {
            earlier.add(earlier(role, authority)); // all are checked before the first is replaced
        }
        PemFile.narrowKey(key(AUTHORITY));
        if (entries.get(0).change() != Change.KEPT) {
            writeCertificate(AUTHORITY, authority.identity()); // before those that it issues
        }
        Validity validity = Validity.of(now, VALIDITY);
        for (int i = 0; i < ROLES.size(); i++) {
            String role = ROLES.get(i);
            Identity old = earlier.get(i);
            List<String> names = role.equals(SHOP) ? withEarlierHosts(old, hosts) : LOCAL_HOSTS;
            boolean keepKey = old != null && old.key() != null && old.belongsTogether();
            Identity identity =
                    keepKey ? authority.renew(old, names, validity) : authority.issue(role, names, validity);
            if (keepKey) {
                PemFile.narrowKey(key(role));
            } else {
                writeKey(role, identity);
            }
            writeCertificate(role, identity);
            Change change = old == null ? Change.MADE : keepKey ? Change.RENEWED : Change.RENEWED_WITH_NEW_KEY;
            entries.add(entry(role, change, identity.certificate()));
        }
        return entries;
    }

    private static List<String> withEarlierHosts(Identity old, List<String> hosts) throws IOException {
        Set<String> all = new LinkedHashSet<>(LOCAL_HOSTS);
        all.addAll(old == null ? List.of() : hostsOf(old.certificate()));
        all.addAll(hosts);
        return List.copyOf(all);
    }

    /**
     * The authority of the folder. It is made if there is none, and renewed if what it issues would end after it. Its
     * certificate is not written yet.
     */
    private CertificateAuthority authority(List<Entry> entries, Instant now) throws IOException {
        Validity validity = Validity.of(now, AUTHORITY_VALIDITY);
        CertificateAuthority authority;
        if (Files.exists(certificate(AUTHORITY))) {
            authority = existingAuthority();
            if (now.plus(VALIDITY).isBefore(until(authority.identity().certificate()))) {
                entries.add(entry(AUTHORITY, Change.KEPT, authority.identity().certificate()));
                return authority;
            }
            authority = authority.renewed(validity);
            entries.add(entry(AUTHORITY, Change.RENEWED, authority.identity().certificate()));
        } else {
            requireNothingOfAnotherAuthority();
            authority = CertificateAuthority.create("Toy Store CA", validity);
            writeKey(AUTHORITY, authority.identity());
            entries.add(entry(AUTHORITY, Change.MADE, authority.identity().certificate()));
        }
        return authority;
    }

    private void requireNothingOfAnotherAuthority() throws IOException {
        List<Path> files = new ArrayList<>();
        ROLES.forEach(role -> files.add(certificate(role)));
        files.add(key(AUTHORITY));
        for (Path file : files) {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(certificate(AUTHORITY) + " does not exist, but " + file
                        + " does; put it back, or move all files elsewhere to begin with a new authority");
            }
        }
    }

    private CertificateAuthority existingAuthority() throws IOException {
        Path file = certificate(AUTHORITY);
        X509Certificate certificate = Identity.certificates(file).get(0);
        if (certificate.getBasicConstraints() < 0) {
            throw new IOException(file + " is the certificate of " + certificate.getSubjectX500Principal()
                    + ", but that of a certificate authority was expected");
        }
        if (!Files.exists(key(AUTHORITY))) {
            throw new IOException(key(AUTHORITY) + " does not exist, and the authority in " + file
                    + " cannot issue without it; put it back, or move all files elsewhere to begin with a new"
                    + " authority");
        }
        Identity identity = new Identity(List.of(certificate), Identity.key(key(AUTHORITY)));
        if (!identity.belongsTogether()) {
            throw new IOException("the key in " + key(AUTHORITY) + " is not that of the authority in " + file);
        }
        return new CertificateAuthority(identity);
    }

    /** What a service has; {@code null} if it has no certificate. The key may be missing, or not fit. */
    private Identity earlier(String role, CertificateAuthority authority) throws IOException {
        Path file = certificate(role);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        X509Certificate certificate = certificateOf(role);
        requireIssued(file, certificate, authority.identity().certificate());
        return new Identity(List.of(certificate), Files.exists(key(role)) ? keyOf(role) : null);
    }

    private X509Certificate certificateOf(String role) throws IOException {
        try {
            return Identity.certificates(certificate(role)).get(0);
        } catch (TlsFileException e) {
            throw damaged(certificate(role), e, "delete it, and run certs again with the hosts that it was good for");
        }
    }

    private PrivateKey keyOf(String role) throws IOException {
        try {
            return Identity.key(key(role));
        } catch (TlsFileException e) {
            throw damaged(key(role), e, "delete it, and run certs again");
        }
    }

    private static IOException damaged(Path file, TlsFileException e, String whatToDo) {
        return Files.isReadable(file) ? new IOException(e.getMessage() + "; " + whatToDo, e) : e;
    }

    private void requireIssued(Path file, X509Certificate certificate, X509Certificate authority) throws IOException {
        try {
            certificate.verify(authority.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    file + " (" + certificate.getSubjectX500Principal() + ", issued by "
                            + certificate.getIssuerX500Principal() + ") was not issued by the authority in "
                            + certificate(AUTHORITY),
                    e);
        }
    }

    /**
     * The certificates of a folder, the authority first; keys are not read.
     *
     * @throws IOException if one is missing or damaged, or was not issued by the authority
     */
    public static List<Entry> read(Path folder) throws IOException {
        CertificateFolder files = new CertificateFolder(folder);
        X509Certificate authority =
                Identity.certificates(files.certificate(AUTHORITY)).get(0);
        List<Entry> entries = new ArrayList<>(List.of(entry(AUTHORITY, Change.KEPT, authority)));
        for (String role : ROLES) {
            X509Certificate certificate = files.certificateOf(role);
            files.requireIssued(files.certificate(role), certificate, authority);
            entries.add(entry(role, Change.KEPT, certificate));
        }
        return entries;
    }

    /**
     * What is wrong with the keys of a folder whose certificates can be read, in one line each: a key is missing, does
     * not fit its certificate, or others can read it. The key of the authority may be missing: no service needs it.
     */
    public static List<String> problemsOfKeys(Path folder) throws IOException {
        CertificateFolder files = new CertificateFolder(folder);
        List<String> problems = new ArrayList<>();
        Path authority = files.key(AUTHORITY);
        if (Files.exists(authority)) {
            if (Files.isReadable(authority)) {
                try {
                    files.existingAuthority();
                } catch (IOException e) {
                    problems.add(e.getMessage());
                }
            }
            files.addProblemOfMode(authority, problems);
        }
        for (String role : ROLES) {
            if (Files.exists(files.key(role))) {
                files.addProblemOfKey(role, problems);
                files.addProblemOfMode(files.key(role), problems);
            } else {
                problems.add(files.key(role) + " does not exist; certs " + folder + " makes a new one");
            }
        }
        return problems;
    }

    private void addProblemOfKey(String role, List<String> problems) throws IOException {
        X509Certificate certificate = certificateOf(role);
        try {
            if (!new Identity(List.of(certificate), keyOf(role)).belongsTogether()) {
                problems.add("the key in " + key(role) + " is not that of the certificate in " + certificate(role)
                        + "; certs " + folder + " makes a new one");
            }
        } catch (IOException e) {
            problems.add(e.getMessage());
        }
    }

    private void addProblemOfMode(Path key, List<String> problems) throws IOException {
        if (PemFile.isOpenToOthers(key)) {
            problems.add(key + " has the mode " + PosixFilePermissions.toString(Files.getPosixFilePermissions(key))
                    + ", so that others can use it; certs " + folder + " repairs that");
        }
    }

    private static Entry entry(String name, Change change, X509Certificate certificate) throws IOException {
        return new Entry(name + ".pem", change, until(certificate), hostsOf(certificate));
    }

    private static Instant until(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant();
    }

    private static List<String> hostsOf(X509Certificate certificate) throws IOException {
        List<String> hosts = new ArrayList<>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            for (List<?> name : names == null ? List.<List<?>>of() : names) {
                if (name.get(0).equals(DNS_NAME)) {
                    hosts.add((String) name.get(1));
                } else if (name.get(0).equals(IP_ADDRESS)) {
                    hosts.add(CertificateHost.parse((String) name.get(1)));
                }
            }
        } catch (CertificateParsingException e) {
            throw new IOException("the hosts of " + certificate.getSubjectX500Principal() + " cannot be read", e);
        }
        return hosts;
    }

    private Path certificate(String name) {
        return folder.resolve(name + ".pem");
    }

    private Path key(String name) {
        return folder.resolve(name + "-key.pem");
    }

    private void writeCertificate(String name, Identity identity) throws IOException {
        try {
            PemFile.writeCertificate(certificate(name), identity.certificatePem());
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate of " + name + " cannot be encoded: " + e.getMessage(), e);
        }
    }

    private void writeKey(String name, Identity identity) throws IOException {
        PemFile.writeKey(key(name), identity.keyPem());
    }
}
