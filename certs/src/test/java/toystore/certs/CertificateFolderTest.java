package toystore.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.certs.CertificateFolder.Change;
import toystore.certs.CertificateFolder.Entry;
import toystore.tls.Identity;

class CertificateFolderTest {
    private static final Instant START = Instant.parse("2026-11-29T12:00:00Z");
    private static final Duration YEAR = Duration.ofDays(365);

    @TempDir
    private Path parent;

    private Path folder;

    @BeforeEach
    void nameIt() {
        folder = parent.resolve("new/tls");
    }

    @Test
    void makesAnAuthorityAndACertificateForEachService() throws Exception {
        List<Entry> made = make(START);

        assertThat(made).extracting(Entry::file).containsExactly("ca.pem", "frontend.pem", "orders.pem", "catalog.pem");
        assertThat(made).extracting(Entry::change).containsOnly(Change.MADE);
        assertThat(made.subList(1, 4)).extracting(Entry::until).containsOnly(START.plus(YEAR));
        for (String role : CertificateFolder.ROLES) {
            Identity identity = read(role, START);
            assertThat(identity.certificate().getSubjectX500Principal().getName())
                    .isEqualTo("CN=" + role);
            assertTrusted(identity.certificate(), ca(), START);
        }
        assertThat(CertificateFolder.read(folder))
                .extracting(Entry::until)
                .containsExactlyElementsOf(made.stream().map(Entry::until).toList());
    }

    @Test
    void letsNobodyElseReadTheKeys() throws IOException {
        make(START);

        assertThat(permissions(folder)).isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .containsExactlyInAnyOrder(
                            ".lock",
                            "ca.pem",
                            "ca-key.pem",
                            "frontend.pem",
                            "frontend-key.pem",
                            "orders.pem",
                            "orders-key.pem",
                            "catalog.pem",
                            "catalog-key.pem");
        }
        for (String name : List.of("ca", "frontend", "orders", "catalog")) {
            assertThat(permissions(key(name))).isEqualTo("rw-------");
            assertThat(permissions(certificate(name))).isEqualTo("rw-r--r--");
        }
    }

    @Test
    void renewsForAnotherYearAndKeepsHostsAndKeys() throws Exception {
        make(START, "shop.example.com");
        X509Certificate ca = ca();
        Identity old = read("orders", START);
        Instant later = START.plus(Duration.ofDays(300));

        List<Entry> renewed = make(later, "10.0.0.7");

        assertThat(renewed)
                .extracting(Entry::change)
                .containsExactly(Change.KEPT, Change.RENEWED, Change.RENEWED, Change.RENEWED);
        assertThat(renewed.get(1).until()).isEqualTo(later.plus(YEAR));
        assertThat(renewed.get(1).hosts())
                .containsExactly("localhost", "127.0.0.1", "::1", "shop.example.com", "10.0.0.7");
        assertThat(renewed.subList(2, 4)) // their keys must not be able to stand for the shop
                .extracting(Entry::hosts)
                .containsOnly(CertificateFolder.LOCAL_HOSTS);
        assertThat(ca()).isEqualTo(ca);
        Identity now = read("orders", later);
        assertThat(now.key()).isEqualTo(old.key());
        assertThat(now.certificate()).isNotEqualTo(old.certificate());
        assertTrusted(now.certificate(), ca, later);
    }

    @Test
    void renewsACertificateThatHasEnded() throws Exception {
        make(START);
        Instant later = START.plus(YEAR).plus(YEAR);

        make(later);

        assertTrusted(read("frontend", later).certificate(), ca(), later);
    }

    /** So that clients that have the old certificate of the authority need the new one only when that ends. */
    @Test
    void renewsTheAuthorityWithItsKey() throws Exception {
        make(START);
        X509Certificate oldCa = ca();
        X509Certificate old = read("frontend", START).certificate();
        Instant later = START.plus(Duration.ofDays(3650 - 100));

        List<Entry> renewed = make(later);

        assertThat(renewed.get(0).change()).isEqualTo(Change.RENEWED);
        assertThat(ca().getNotAfter().toInstant()).isEqualTo(later.plus(Duration.ofDays(3650)));
        assertTrusted(read("frontend", later).certificate(), ca(), later);
        assertTrusted(read("frontend", later).certificate(), oldCa, later);
        assertTrusted(old, ca(), START.plus(Duration.ofDays(1)));
    }

    @Test
    void keepsOwnerGroupAndPermissionsOfFiles() throws IOException {
        make(START);
        Files.setPosixFilePermissions(key("frontend"), PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(certificate("orders"), PosixFilePermissions.fromString("rw-------"));
        byte[] doesNotFit = Files.readAllBytes(key("catalog"));
        Files.write(key("frontend"), doesNotFit);
        Files.setPosixFilePermissions(key("orders"), PosixFilePermissions.fromString("rw-r-----"));
        Files.write(key("orders"), doesNotFit);

        make(START);

        assertThat(permissions(key("frontend"))).as("not for others").isEqualTo("rw-r-----");
        assertThat(permissions(key("orders"))).isEqualTo("rw-r-----");
        assertThat(permissions(certificate("orders"))).isEqualTo("rw-------");
    }

    @Test
    void takesPermissionsThatLetOthersUseAKeyFromKeysThatItKeeps() throws Exception {
        make(START);
        byte[] key = Files.readAllBytes(key("frontend"));
        for (String name : List.of("ca", "frontend")) {
            Files.setPosixFilePermissions(key(name), PosixFilePermissions.fromString("rw-rw-r--"));
        }
        Files.setPosixFilePermissions(key("orders"), PosixFilePermissions.fromString("r--r-----"));

        make(START);

        assertThat(permissions(key("ca"))).isEqualTo("rw-r-----");
        assertThat(permissions(key("frontend"))).isEqualTo("rw-r-----");
        assertThat(permissions(key("orders"))).isEqualTo("r--r-----");
        assertThat(key("frontend")).hasBinaryContent(key);
    }

    @Test
    void keepsTheOwnerOfFilesThatRootRenews() throws IOException {
        assumeThat(System.getProperty("user.name")).isEqualTo("root");
        make(START);
        UserPrincipalLookupService users = folder.getFileSystem().getUserPrincipalLookupService();
        Files.write(key("orders"), Files.readAllBytes(key("catalog"))); // does not fit
        PosixFileAttributeView view = Files.getFileAttributeView(key("orders"), PosixFileAttributeView.class);
        view.setOwner(users.lookupPrincipalByName("nobody"));
        view.setGroup(users.lookupPrincipalByGroupName("daemon"));

        make(START);

        PosixFileAttributes now = Files.readAttributes(key("orders"), PosixFileAttributes.class);
        assertThat(now.owner().getName()).isEqualTo("nobody");
        assertThat(now.group().getName()).isEqualTo("daemon");
        assertThat(PosixFilePermissions.toString(now.permissions())).isEqualTo("rw-------");
    }

    @Test
    void repairsWhatACrashLeaves() throws Exception {
        make(START);
        Path other = parent.resolve("other");
        CertificateFolder.make(other, List.of(), at(START));
        Files.delete(key("orders"));
        Files.copy(other.resolve("catalog-key.pem"), key("catalog"), StandardCopyOption.REPLACE_EXISTING);
        Files.delete(certificate("frontend"));
        Files.writeString(folder.resolve(".frontend-key.pem.tmp"), "half a k");

        make(START);

        for (String role : CertificateFolder.ROLES) {
            assertTrusted(read(role, START).certificate(), ca(), START);
        }
        assertThat(folder.resolve(".frontend-key.pem.tmp")).doesNotExist();
    }

    /** It may be the only copy of the key. A crash before the first certificate leaves the same. */
    @Test
    void keepsTheKeyOfAnAuthorityWithoutACertificate() throws Exception {
        make(START);
        Path alone = Files.createDirectories(parent.resolve("alone"));
        Path kept = Files.copy(key("ca"), alone.resolve("ca-key.pem"));

        assertThatThrownBy(() -> CertificateFolder.make(alone, List.of(), at(START)))
                .hasMessage(alone.resolve("ca.pem") + " does not exist, but " + kept + " does; put it back, or move all"
                        + " files elsewhere to begin with a new authority");
        assertThat(kept).hasSameBinaryContentAs(key("ca"));
    }

    /** Links are replaced by files. */
    @Test
    void letsNobodyElseReadANewKeyInPlaceOfALink() throws Exception {
        make(START);
        Path elsewhere = Files.move(key("orders"), parent.resolve("elsewhere.pem"));
        Files.copy(key("catalog"), elsewhere, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rw-------"));
        Files.createSymbolicLink(key("orders"), elsewhere);

        make(START);

        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(key("orders"), LinkOption.NOFOLLOW_LINKS)))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ca.pem|DIR/ca.pem does not exist, but DIR/frontend.pem does; put it back, or move all files elsewhere"
                        + " to begin with a new authority",
                "ca-key.pem|DIR/ca-key.pem does not exist, and the authority in DIR/ca.pem cannot issue without it; put"
                        + " it back, or move all files elsewhere to begin with a new authority",
            })
    void makesNoSecondAuthorityBesideTheCertificatesOfTheFirst(String missing, String message) throws IOException {
        make(START);
        Files.delete(folder.resolve(missing));

        assertThatThrownBy(() -> make(START)).hasMessage(message.replace("DIR", folder.toString()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ca-key.pem|orders-key.pem|the key in DIR/ca-key.pem is not that of the authority in DIR/ca.pem",
                "ca.pem|orders.pem|DIR/ca.pem is the certificate of CN=orders, but that of a certificate authority was"
                        + " expected",
                "orders.pem|elsewhere/orders.pem|DIR/orders.pem (CN=orders, issued by CN=Toy Store CA) was not issued by"
                        + " the authority in DIR/ca.pem",
            })
    void changesNothingIfAFileBelongsToAnother(String file, String content, String message) throws IOException {
        make(START);
        CertificateFolder.make(folder.resolve("elsewhere"), List.of(), at(START));
        Files.write(folder.resolve(file), Files.readAllBytes(folder.resolve(content)));
        byte[] before = Files.readAllBytes(certificate("frontend"));

        assertThatThrownBy(() -> make(START.plus(YEAR))).hasMessage(message.replace("DIR", folder.toString()));

        assertThat(certificate("frontend")).hasBinaryContent(before);
    }

    @ParameterizedTest
    @CsvSource({"ca.pem,1", "ca-key.pem,1", "catalog.pem,1", "catalog-key.pem,1", "catalog.pem,9.5"})
    void changesNothingIfAFileIsDamaged(String file, double years) throws IOException {
        make(START);
        Files.writeString(folder.resolve(file), "-----BEGIN");
        byte[] before = Files.readAllBytes(certificate("frontend"));
        byte[] authority = Files.readAllBytes(certificate("ca"));

        assertThatThrownBy(() -> make(START.plusSeconds((long) (years * YEAR.toSeconds()))))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(folder.resolve(file) + " has text without a PEM block, but a ");

        assertThat(certificate("frontend")).hasBinaryContent(before);
        assertThat(certificate("ca")).hasBinaryContent(authority);
    }

    @Test
    void refusesASecondProcessAtTheSameTime() throws IOException {
        make(START);
        try (FileChannel other = FileChannel.open(folder.resolve(".lock"), StandardOpenOption.WRITE)) {
            assertThat(other.lock().isValid()).isTrue();

            assertThatThrownBy(() -> make(START))
                    .hasMessage("another process makes certificates in " + folder + "; try again");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Shop.Example.COM, shop.example.com",
        "*.example.com, *.example.com",
        "a, a",
        "xn--bcher-kva.example, xn--bcher-kva.example",
        "10.0.0.7, 10.0.0.7",
        "[FE80::1], fe80::1",
        "2001:DB8:0:0::1, 2001:db8::1",
        "0:0:0:0:0:0:0:1, ::1",
    })
    void knowsHosts(String text, String host) {
        assertThat(CertificateHost.parse(text)).isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ".",
                "a..b",
                "a.",
                "-a",
                "a-",
                "a_b",
                "a*b",
                "*",
                "*.",
                "a.*.b",
                "bücher.example",
                "a b",
                "a,b",
                "127.1",
                "5",
                "1.2.3.256",
                "1.2.3.4.5",
                ":",
                ":::1",
                "[a]",
                "fe80::1%eth0",
                "host:80",
                "https://host",
                "a/b"
            })
    void refusesWhatIsNoHost(String text) {
        assertThatThrownBy(() -> make(START, text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"" + text + "\" is neither an IP address nor a host name, which has letters, digits and -"
                        + " between single dots");
        assertThat(folder).doesNotExist();
    }

    private List<Entry> make(Instant now, String... hosts) throws IOException {
        return CertificateFolder.make(folder, List.of(hosts), at(now));
    }

    private static Clock at(Instant now) {
        return Clock.fixed(now, ZoneOffset.UTC);
    }

    private Path certificate(String name) {
        return folder.resolve(name + ".pem");
    }

    private Path key(String name) {
        return folder.resolve(name + "-key.pem");
    }

    private X509Certificate ca() throws IOException {
        return Identity.certificates(certificate("ca")).get(0);
    }

    private Identity read(String name, Instant now) throws IOException {
        return Identity.read(certificate(name), key(name), at(now));
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    /** Validates the path from the authority to the certificate, as TLS does. */
    private static void assertTrusted(X509Certificate certificate, X509Certificate authority, Instant now)
            throws GeneralSecurityException {
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(now));
        assertThat(CertPathValidator.getInstance("PKIX")
                        .validate(
                                CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate)),
                                parameters))
                .isNotNull();
    }
}
