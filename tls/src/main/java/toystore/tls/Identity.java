package toystore.tls;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * What a server or a peer proves itself with: a certificate, the certificates of those that issued it, and its key.
 *
 * @param chain the certificate first, then that of its issuer, and so on; the root may be missing
 * @param key the private key of the first certificate
 */
public record Identity(List<X509Certificate> chain, PrivateKey key) {
    public Identity {
        chain = List.copyOf(chain);
    }

    /**
     * Reads an identity from two PEM files, and checks that they belong together and are valid now.
     *
     * @throws TlsFileException if the files do not make a usable identity; the message says why
     */
    public static Identity read(Path certificateFile, Path keyFile, Clock clock) throws TlsFileException {
        return of(certificateFile, bytes(certificateFile), keyFile, bytes(keyFile), clock);
    }

    /** Likewise, from the content of the two files. */
    static Identity of(Path certificateFile, byte[] certificates, Path keyFile, byte[] key, Clock clock)
            throws TlsFileException {
        Identity identity = new Identity(Pem.certificates(certificateFile, certificates), Pem.privateKey(keyFile, key));
        identity.check(certificateFile, keyFile, clock.instant());
        return identity;
    }

    /**
     * Reads the certificates of a file, such as that of a certificate authority.
     *
     * @throws TlsFileException if the file has none, or cannot be read
     */
    public static List<X509Certificate> certificates(Path file) throws TlsFileException {
        return Pem.certificates(file, bytes(file));
    }

    /**
     * Reads the private key of a file.
     *
     * @throws TlsFileException if the file has none or several, or cannot be read
     */
    public static PrivateKey key(Path file) throws TlsFileException {
        return Pem.privateKey(file, bytes(file));
    }

    /** The certificate of the key. */
    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** The certificates as PEM. */
    public String certificatePem() throws GeneralSecurityException {
        return Pem.text(chain);
    }

    /** The key as PEM, in PKCS#8 form. */
    public String keyPem() {
        return Pem.text(key);
    }

    /** Shows the subject, and never the key. */
    @Override
    public String toString() {
        return certificate().getSubjectX500Principal().toString();
    }

    private void check(Path certificateFile, Path keyFile, Instant now) throws TlsFileException {
        if (!belongsTogether()) {
            throw new TlsFileException("the key in " + keyFile + " is not that of the first certificate in "
                    + certificateFile + " (" + this + ")");
        }
        for (int i = 0; i + 1 < chain.size(); i++) {
            X509Certificate issued = chain.get(i);
            X509Certificate issuer = chain.get(i + 1);
            try {
                issued.verify(issuer.getPublicKey());
            } catch (GeneralSecurityException e) {
                throw new TlsFileException(
                        certificateFile + ": certificate " + (i + 2) + " (" + issuer.getSubjectX500Principal()
                                + ") did not issue certificate " + (i + 1) + " (" + issued.getSubjectX500Principal()
                                + "), but the issuer must follow the certificate that it issued",
                        e);
            }
        }
        for (X509Certificate each : chain) {
            checkTime(certificateFile, each, now);
        }
    }

    private static void checkTime(Path file, X509Certificate certificate, Instant now) throws TlsFileException {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        if (now.isBefore(from) || now.isAfter(until)) {
            throw new TlsFileException(file + ": the certificate " + certificate.getSubjectX500Principal()
                    + " is valid from " + from + " to " + until + ", but it is " + now.truncatedTo(ChronoUnit.SECONDS));
        }
    }

    /** Whether the key is that of the first certificate. */
    public boolean belongsTogether() {
        byte[] text = {1, 2, 3};
        try {
            Signature signature =
                    Signature.getInstance(key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(certificate().getPublicKey());
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException otherAlgorithm) {
            return false;
        }
    }

    private static byte[] bytes(Path file) throws TlsFileException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new TlsFileException(file + " does not exist", e);
        } catch (IOException e) {
            throw new TlsFileException(file + " cannot be read: " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return e instanceof FileSystemException about && about.getReason() != null ? about.getReason() : e.getMessage();
    }
}
