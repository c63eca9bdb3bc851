/** Certificates, keys and the settings of TLS. Knows nothing of HTTP, messages or services. */
package toystore.tls;
