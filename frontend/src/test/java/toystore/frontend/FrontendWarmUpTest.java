package toystore.frontend;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.frontend.http.TestTransport;
import toystore.service.WarmUp;

/** The copy answers its shoppers. */
class FrontendWarmUpTest {
    private static final int ROUNDS = 9; // over TLS, on three connections

    @TempDir
    private Path folder;

    @Test
    void answersOverPlainHttp() throws Exception {
        shop(Optional.empty());
    }

    @Test
    void answersOverTlsWithTheCertificateOfTheFrontend() throws Exception {
        Path certificate = Files.writeString(
                folder.resolve("cert.pem"), TestTransport.identity().certificatePem());
        Path key = Files.writeString(
                folder.resolve("key.pem"), TestTransport.identity().keyPem());

        shop(Optional.of(new FrontendConfig.TlsFiles(certificate, key)));
    }

    @Test
    void needsTheCertificateOfTheFrontend() {
        FrontendConfig.TlsFiles missing =
                new FrontendConfig.TlsFiles(folder.resolve("cert.pem"), folder.resolve("key.pem"));

        assertThatThrownBy(() -> shop(Optional.of(missing)))
                .isInstanceOf(IOException.class)
                .hasMessage("--tls-cert and --tls-key cannot be used: " + missing.certificate() + " does not exist");
    }

    private static void shop(Optional<FrontendConfig.TlsFiles> tls) throws Exception {
        try (FrontendWarmUp copy = FrontendWarmUp.open(100, tls);
                WarmUp.Client shopper = copy.connect()) {
            for (int round = 0; round < ROUNDS; round++) {
                shopper.request();
            }
        }
    }
}
