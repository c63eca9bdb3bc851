package toystore.common;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A range of IP addresses, written {@code 10.0.0.0/8} or {@code 2001:db8::/32}; an address alone is a range of one.
 *
 * @param address the first address of the range
 * @param bits the number of leading bits that all addresses of the range share
 */
public record Network(InetAddress address, int bits) {
    private static final Pattern BITS = Pattern.compile("0|[1-9][0-9]{0,2}");
    private static final Pattern LIKE_IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final int MAX_LENGTH = 45; // characters of an address
    private static final int CLIENT_BITS = 64; // of an IPv6 address

    public Network {
        byte[] bytes = address.getAddress();
        if (bits < 0 || bits > 8 * bytes.length) {
            throw new IllegalArgumentException(
                    text(address) + " has " + 8 * bytes.length + " bits, so /" + bits + " is not a range of addresses");
        }
        byte[] masked = masked(bytes, bits);
        if (!Arrays.equals(bytes, masked)) {
            throw new IllegalArgumentException(text(address) + "/" + bits + " has bits beyond the first " + bits
                    + "; the range begins at " + text(of(masked)) + "/" + bits);
        }
    }

    /**
     * Reads an address, or an address and a number of bits. No name is looked up.
     *
     * @throws IllegalArgumentException if it is malformed, or the address is not the first one of its range
     */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        String first = slash < 0 ? text : text.substring(0, slash);
        InetAddress address = address(first)
                .orElseThrow(() -> new IllegalArgumentException("\"" + Abbreviated.printable(text, 60)
                        + "\" does not begin with an IP address; expected one like 192.0.2.1, 10.0.0.0/8 or"
                        + " 2001:db8::/32"));
        int all = 8 * address.getAddress().length;
        if (slash < 0) {
            return new Network(address, all);
        }
        String bits = text.substring(slash + 1);
        if (!BITS.matcher(bits).matches() || Integer.parseInt(bits) > all) {
            throw new IllegalArgumentException("\"" + Abbreviated.printable(text, 60) + "\" has \""
                    + Abbreviated.printable(bits, 20) + "\" after the slash; expected 0 to " + all);
        }
        return new Network(address, Integer.parseInt(bits));
    }

    /**
     * Reads an IP address: four decimal numbers, or an IPv6 address without brackets and zone. Empty if it is none. An
     * IPv6 address that stands for an IPv4 address ({@code ::ffff:192.0.2.1}) becomes that address.
     */
    public static Optional<InetAddress> address(String text) {
        try {
            if (text.length() > MAX_LENGTH) {
                return Optional.empty();
            }
            if (LIKE_IPV6.matcher(text).matches()) {
                return Optional.of(InetAddress.getByName("[" + text + "]")); // in brackets it is not looked up
            }
            return Address.isIpv4(text) ? Optional.of(InetAddress.getByName(text)) : Optional.empty();
        } catch (UnknownHostException malformed) {
            return Optional.empty();
        }
    }

    /**
     * The range of addresses that counts as one client: an IPv4 address, or the 64 bits of an IPv6 network, in which a
     * client can take any address that it likes.
     */
    public static Network ofClient(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address
                ? new Network(of(bytes), 8 * bytes.length)
                : new Network(of(masked(bytes, CLIENT_BITS)), CLIENT_BITS);
    }

    /** The address as text; an IPv6 address has its short form, {@code ::1}. */
    public static String text(InetAddress address) {
        return Address.shorten(address.getHostAddress());
    }

    /** Returns whether the address is in this range. */
    public boolean contains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] theirs = other.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (mine[i] != theirs[i]) {
                return false;
            }
        }
        int rest = bits % 8;
        return rest == 0 || (mine[whole] ^ theirs[whole]) >> (8 - rest) == 0;
    }

    private static byte[] masked(byte[] bytes, int bits) {
        byte[] masked = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.min(8, Math.max(0, bits - 8 * i));
            masked[i] = (byte) (bytes[i] & (0xff << (8 - kept)));
        }
        return masked;
    }

    /** An address without name and zone, so that equal addresses are equal. */
    private static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // the length is that of an address
        }
    }

    /** The address, with the bits behind a slash unless it is a range of one. */
    @Override
    public String toString() {
        return text(address) + (bits == 8 * address.getAddress().length ? "" : "/" + bits);
    }
}
