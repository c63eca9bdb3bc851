/** Makes certificates: an authority of the store's own, and what it issues. */
package toystore.certs;
