package toystore.certs;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import toystore.tls.Identity;

/**
 * A certificate authority of one store. It issues certificates for servers and clients, with EC keys on the curve
 * P-256 (RFC 5280, RFC 9325 §4.2). Thread-safe.
 */
public final class CertificateAuthority {
    private static final int SERIAL_BITS = 127; // positive, and at most 20 octets (RFC 5280 §4.1.2.2)
    private static final Pattern IP_ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F.]*:[0-9a-fA-F:.]+");

    private final Identity identity;

    /** The time in which a certificate is valid. */
    public record Validity(Instant from, Instant until) {
        public Validity {
            if (!until.isAfter(from)) {
                throw new IllegalArgumentException("a certificate cannot be valid from " + from + " until " + until);
            }
        }

        /** Begins five minutes ago, because the clocks of machines differ. */
        public static Validity of(Instant now, Duration duration) {
            return new Validity(now.minus(Duration.ofMinutes(5)), now.plus(duration));
        }
    }

    /** The authority with this certificate and key. */
    public CertificateAuthority(Identity identity) {
        this.identity = identity;
    }

    /** A new authority with a certificate that it signs itself. */
    public static CertificateAuthority create(String name, Validity validity) {
        return create(commonName(name), newKeyPair(), validity);
    }

    private static CertificateAuthority create(X500Name subject, KeyPair pair, Validity validity) {
        try {
            JcaX509v3CertificateBuilder builder = builder(subject, subject, pair.getPublic(), validity);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            X509Certificate certificate = sign(builder, new Identity(List.of(), pair.getPrivate()));
            return new CertificateAuthority(new Identity(List.of(certificate), pair.getPrivate()));
        } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
            throw new IllegalStateException("the certificate of " + subject + " cannot be made: " + e.getMessage(), e);
        }
    }

    /**
     * The same authority, with its name and key, and a new certificate. What it has issued stays valid for those who
     * have the new certificate, and what it will issue is valid for those who have the old one, until that ends.
     */
    public CertificateAuthority renewed(Validity validity) {
        return create(nameOf(identity.certificate()), keysOf(identity), validity);
    }

    /** The certificate and the key of the authority itself. */
    public Identity identity() {
        return identity;
    }

    /**
     * Issues a certificate for a server or a client, with a new key.
     *
     * @param name the common name of the subject, such as the role of a service
     * @param hosts the host names and IP addresses that the certificate is good for
     */
    public Identity issue(String name, List<String> hosts, Validity validity) {
        return issue(commonName(name), newKeyPair(), hosts, validity);
    }

    /** Issues a certificate with the subject and the key of an earlier one. */
    public Identity renew(Identity earlier, List<String> hosts, Validity validity) {
        return issue(nameOf(earlier.certificate()), keysOf(earlier), hosts, validity);
    }

    private Identity issue(X500Name subject, KeyPair pair, List<String> hosts, Validity validity) {
        try {
            X509Certificate issuer = identity.certificate();
            JcaX509v3CertificateBuilder builder = builder(nameOf(issuer), subject, pair.getPublic(), validity);
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
            }));
            // of the key alone, which a new certificate of the authority keeps, and not of its serial number
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    extensions.createAuthorityKeyIdentifier(issuer.getPublicKey()));
            if (!hosts.isEmpty()) {
                builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(hosts));
            }
            return new Identity(List.of(sign(builder, identity)), pair.getPrivate());
        } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
            throw new IllegalStateException("the certificate of " + subject + " cannot be made: " + e.getMessage(), e);
        }
    }

    private static JcaX509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, Validity validity)
            throws GeneralSecurityException, CertIOException {
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0),
                Date.from(validity.from()),
                Date.from(validity.until()),
                subject,
                key);
        builder.addExtension(
                Extension.subjectKeyIdentifier, false, new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
        return builder;
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, Identity signer)
            throws OperatorCreationException, GeneralSecurityException {
        String algorithm = signer.key().getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(signer.key())));
    }

    private static GeneralNames alternativeNames(List<String> hosts) {
        return new GeneralNames(hosts.stream()
                .map(host -> new GeneralName(
                        IP_ADDRESS.matcher(host).matches() ? GeneralName.iPAddress : GeneralName.dNSName, host))
                .toArray(GeneralName[]::new));
    }

    private static X500Name nameOf(X509Certificate certificate) {
        return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    }

    private static KeyPair keysOf(Identity identity) {
        return new KeyPair(identity.certificate().getPublicKey(), identity.key());
    }

    private static X500Name commonName(String name) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
    }

    private static KeyPair newKeyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK cannot make EC keys: " + e.getMessage(), e);
        }
    }
}
