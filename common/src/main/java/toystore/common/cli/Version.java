package toystore.common.cli;

import picocli.CommandLine.IVersionProvider;

/** The version, from the manifest of the running jar. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"Toy Store " + (version == null ? "(not from a jar)" : version)};
    }
}
