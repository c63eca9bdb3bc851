package toystore.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Certificates and private keys as text (RFC 7468).
 *
 * <p>A file has any number of blocks; text between them is ignored:
 *
 * <pre>
 *   -----BEGIN CERTIFICATE-----      a certificate (RFC 5280)
 *   -----BEGIN PRIVATE KEY-----      a key as PKCS#8 (RFC 5208), RSA or EC
 * </pre>
 */
final class Pem {
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PRIVATE_KEY = "PRIVATE KEY";
    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([^-\r\n]+)-----");
    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA");

    private Pem() {}

    private record Block(String label, byte[] content) {}

    /** The certificates of a file, in its order; at least one. */
    static List<X509Certificate> certificates(Path file, byte[] bytes) throws TlsFileException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(file, bytes)) {
            if (block.label().equals(CERTIFICATE)) {
                certificates.add(certificate(file, block.content()));
            }
        }
        if (certificates.isEmpty()) {
            throw new TlsFileException(file + " has " + found(file, bytes)
                    + ", but a certificate in PEM form was expected"
                    + (isText(bytes) ? "" : ": openssl x509 -inform DER -in " + file + " -out certificate.pem"));
        }
        return certificates;
    }

    /** The private key of a file, which has exactly one. */
    static PrivateKey privateKey(Path file, byte[] bytes) throws TlsFileException {
        List<Block> blocks = blocks(file, bytes);
        List<Block> keys = blocks.stream()
                .filter(block -> block.label().equals(PRIVATE_KEY))
                .toList();
        if (keys.size() > 1) {
            throw new TlsFileException(file + " has " + keys.size() + " private keys, but one was expected");
        }
        if (keys.isEmpty()) {
            throw new TlsFileException(file + " has " + found(file, bytes)
                    + ", but a private key in PKCS#8 form (BEGIN PRIVATE KEY) without a password was expected: "
                    + conversion(file, bytes, blocks));
        }
        return decodedKey(file, keys.get(0).content());
    }

    /** The text of certificates, in the given order. */
    static String text(List<X509Certificate> certificates) throws GeneralSecurityException {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            text.append(text(CERTIFICATE, certificate.getEncoded()));
        }
        return text.toString();
    }

    /** The text of a key, as PKCS#8. */
    static String text(PrivateKey key) {
        return text(PRIVATE_KEY, key.getEncoded());
    }

    private static String text(String label, byte[] content) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
    }

    private static List<Block> blocks(Path file, byte[] bytes) throws TlsFileException {
        String text = new String(bytes, ISO_8859_1);
        List<Block> blocks = new ArrayList<>();
        Matcher begin = BEGIN.matcher(text);
        int from = 0;
        while (begin.find(from)) {
            String label = begin.group(1);
            String endLine = "-----END " + label + "-----";
            int end = text.indexOf(endLine, begin.end());
            if (end < 0) {
                throw new TlsFileException(file + " is cut off: it has BEGIN " + label + ", but no END " + label);
            }
            blocks.add(new Block(label, content(file, label, text.substring(begin.end(), end))));
            from = end + endLine.length();
        }
        return blocks;
    }

    /** The bytes of a block; none for a block that is not base64 alone, such as an encrypted key with headers. */
    private static byte[] content(Path file, String label, String text) throws TlsFileException {
        if (!label.equals(CERTIFICATE) && !label.equals(PRIVATE_KEY)) {
            return new byte[0];
        }
        try {
            return Base64.getDecoder().decode(text.replaceAll("\\s", "").getBytes(US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new TlsFileException(file + ": the block " + label + " is not base64: " + e.getMessage(), e);
        }
    }

    private static X509Certificate certificate(Path file, byte[] content) throws TlsFileException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(content));
        } catch (GeneralSecurityException e) {
            throw new TlsFileException(file + " has a certificate that cannot be read: " + e.getMessage(), e);
        }
    }

    private static PrivateKey decodedKey(Path file, byte[] content) throws TlsFileException {
        for (String algorithm : KEY_ALGORITHMS) {
            PrivateKey key = decodedKey(algorithm, content);
            if (key != null) {
                return key;
            }
        }
        throw new TlsFileException(
                file + " has a private key that is damaged, or neither RSA nor EC (P-256, P-384, P-521):"
                        + " openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem makes one that can be used");
    }

    /** The key, or {@code null} if it is not one of this algorithm: its encoding names the algorithm. */
    private static PrivateKey decodedKey(String algorithm, byte[] content) {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(content));
        } catch (GeneralSecurityException otherAlgorithm) {
            return null;
        }
    }

    private static boolean isText(byte[] bytes) {
        for (byte each : bytes) {
            if (each == 0 || each < 0) {
                return false;
            }
        }
        return true;
    }

    private static String found(Path file, byte[] bytes) throws TlsFileException {
        if (bytes.length == 0) {
            return "no content";
        }
        List<String> labels =
                blocks(file, bytes).stream().map(Block::label).distinct().toList();
        if (!labels.isEmpty()) {
            return String.join(" and ", labels);
        }
        return isText(bytes) ? "text without a PEM block" : "binary content";
    }

    /** The command that makes a key that can be used from the key of the file. */
    private static String conversion(Path file, byte[] bytes, List<Block> blocks) {
        if (blocks.stream().anyMatch(block -> block.label().startsWith("OPENSSH"))) {
            return "ssh-keygen -p -m PKCS8 -N '' -f " + file + " converts the file in place";
        }
        if (blocks.isEmpty() && !isText(bytes)) {
            return "openssl pkey -inform DER -in " + file
                    + " -out key.pem (DER), or openssl pkcs12 -nocerts -nodes -in " + file + " -out key.pem (PKCS#12)";
        }
        return "openssl pkcs8 -topk8 -nocrypt -in " + file + " -out key.pem";
    }
}
