package toystore.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.certs.CertificateAuthority.Validity;
import toystore.tls.Identity;
import toystore.tls.PeerTrust;

/** What is said about the certificates of peers. */
class PeerTrustTest {
    private final Validity day = Validity.of(Instant.now(), Duration.ofDays(1));
    private final CertificateAuthority authority = CertificateAuthority.create("Test CA", day);
    private final PeerTrust trust = new PeerTrust(authority.identity().chain(), Set.of("orders"));

    @Test
    void acceptsACertificateOfItsAuthority() throws Exception {
        Identity orders = authority.issue("orders", List.of(), day);

        assertThat(trust.checkClient(orders.chain())).isEqualTo("orders");
        assertThat(trust.checkServer(orders.chain())).isEqualTo("orders");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Test CA", "Other CA"})
    void saysThatAnotherAuthorityIssuedACertificate(String name) {
        CertificateAuthority other = CertificateAuthority.create(name, day);
        Identity orders = other.issue("orders", List.of(), day);

        String message =
                "the certificate CN=orders is refused: another authority than that of this store issued it: CN=" + name;
        assertThatThrownBy(() -> trust.checkClient(orders.chain()))
                .isInstanceOf(CertificateException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> trust.checkServer(orders.chain())).hasMessage(message);
    }
}
