import com.google.inject.AbstractModule;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.maven.RepositoryUtils;
import org.apache.maven.execution.DefaultMavenExecutionRequest;
import org.apache.maven.execution.MavenExecutionRequest;
import org.apache.maven.execution.MavenExecutionRequestPopulator;
import org.apache.maven.internal.aether.DefaultRepositorySystemSessionFactory;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.building.DefaultSettingsBuildingRequest;
import org.apache.maven.settings.building.SettingsBuilder;
import org.codehaus.plexus.ContainerConfiguration;
import org.codehaus.plexus.DefaultContainerConfiguration;
import org.codehaus.plexus.DefaultPlexusContainer;
import org.codehaus.plexus.PlexusConstants;
import org.codehaus.plexus.PlexusContainer;
import org.codehaus.plexus.classworlds.ClassWorld;
import org.eclipse.aether.AbstractRepositoryListener;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.RepositoryEvent;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.repository.LocalRepository;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.repository.RepositoryPolicy;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.util.repository.SimpleResolutionErrorPolicy;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/** Maven's own resolver with the operator's settings, mirrors, proxies and passwords; the tree is its local repository. */
final class Repository {
    final PlexusContainer container;
    final RepositorySystem system;
    final DefaultRepositorySystemSession session;
    final List<RemoteRepository> remotes;
    private final Path tree;
    private final Set<String> files = new TreeSet<>();
    private final Set<String> missing = new LinkedHashSet<>();

    private Repository(PlexusContainer container, MavenExecutionRequest request, Path tree) throws Exception {
        this.container = container;
        this.tree = tree;
        system = container.lookup(RepositorySystem.class);
        session = container.lookup(DefaultRepositorySystemSessionFactory.class).newRepositorySession(request);
        LocalRepository local = new LocalRepository(tree.toFile(), "simple");
        session.setLocalRepositoryManager(new SafePaths(system.newLocalRepositoryManager(session, local)));
        // Addresses in a pom are a stranger's: only the operator's and Maven's own are asked.
        session.setIgnoreArtifactDescriptorRepositories(true);
        session.setResolutionErrorPolicy(new SimpleResolutionErrorPolicy(false, false));
        session.setChecksumPolicy(RepositoryPolicy.CHECKSUM_POLICY_FAIL);
        session.setConfigProperty("aether.connector.basic.threads", 8);
        // Reads also the poms of versions that lose against others: some plugins ask for them.
        session.setConfigProperty("aether.dependencyCollector.impl", "df");
        session.setTransferListener(null);
        session.setRepositoryListener(new Listener());
        Set<RemoteRepository> all = new LinkedHashSet<>(RepositoryUtils.toRepos(request.getRemoteRepositories()));
        all.addAll(RepositoryUtils.toRepos(request.getPluginArtifactRepositories()));
        remotes = unlike(all);
    }

    static Repository open(Path tree) throws Exception {
        ClassLoader loader = Repository.class.getClassLoader();
        ContainerConfiguration configuration = new DefaultContainerConfiguration()
                .setClassWorld(new ClassWorld("plexus.core", loader))
                .setClassPathScanning(PlexusConstants.SCANNING_INDEX)
                .setAutoWiring(true)
                .setName("maven");
        PlexusContainer container = new DefaultPlexusContainer(configuration, new AbstractModule() {
            @Override
            protected void configure() {
                bind(ILoggerFactory.class).toInstance(LoggerFactory.getILoggerFactory());
            }
        });
        DefaultSettingsBuildingRequest asked = new DefaultSettingsBuildingRequest();
        asked.setUserSettingsFile(userSettings());
        asked.setGlobalSettingsFile(machinesSettings());
        asked.setSystemProperties(systemProperties());
        Settings settings = container.lookup(SettingsBuilder.class).build(asked).getEffectiveSettings();
        MavenExecutionRequest request = new DefaultMavenExecutionRequest();
        request.setSystemProperties(systemProperties());
        request.setLocalRepositoryPath(tree.toFile());
        request.setUserSettingsFile(userSettings());
        request.setInteractiveMode(false);
        MavenExecutionRequestPopulator populator = container.lookup(MavenExecutionRequestPopulator.class);
        populator.populateFromSettings(request, settings);
        populator.populateDefaults(request);
        if (settings.getActiveProxy() == null) EnvironmentProxy.all().forEach(request::addProxy);
        return new Repository(container, request, tree);
    }

    /** With the environment, which settings may quote. */
    private static java.util.Properties systemProperties() {
        java.util.Properties properties = new java.util.Properties();
        System.getenv().forEach((name, value) -> properties.setProperty("env." + name, value));
        properties.putAll(System.getProperties());
        return properties;
    }

    private static File userSettings() {
        return new File(System.getProperty("user.home"), ".m2/settings.xml");
    }

    /** Of the Maven on this machine, if there is one; the libraries here come from an image. */
    private static File machinesSettings() {
        String[] homes = {System.getenv("MAVEN_HOME"), System.getenv("M2_HOME"), "/usr/share/maven", "/opt/maven"};
        for (String home : homes) {
            if (home == null || home.isEmpty()) continue;
            File file = new File(home, "conf/settings.xml");
            if (file.isFile()) return file;
        }
        return null;
    }

    private List<RemoteRepository> unlike(Collection<RemoteRepository> all) {
        List<RemoteRepository> result = new ArrayList<>();
        for (RemoteRepository one : all) {
            if (result.stream().noneMatch(other -> other.getUrl().equals(one.getUrl()))) result.add(one);
        }
        return system.newResolutionRepositories(session, result);
    }

    /** @return the artifact with its file, or null after noting a sentence when it is needed */
    Artifact get(Artifact artifact, String neededBy) {
        try {
            return system.resolveArtifact(session, new ArtifactRequest(artifact, remotes, null)).getArtifact();
        } catch (ArtifactResolutionException | IllegalArgumentException error) {
            if (neededBy != null) addMissing(artifact.toString(), neededBy, error);
            return null;
        }
    }

    void addMissing(String what, String neededBy, Exception reason) {
        synchronized (missing) {
            missing.add(neededBy + ": " + what + " could not be had: " + lastCause(reason));
        }
    }

    static String lastCause(Throwable error) {
        Throwable last = error;
        for (int depth = 0; last.getCause() != null && depth < 20; depth += 1) last = last.getCause();
        String said = last.getMessage() == null ? last.getClass().getSimpleName() : last.getMessage();
        // The resolver's own sentence names the repository that was asked; the page tells a person nothing.
        return said.replaceAll(" (?:in|from/to) (\\S+) \\(\\S+\\)", " in $1");
    }

    Collection<String> files() {
        return files;
    }

    Collection<String> missing() {
        return missing;
    }

    private final class Listener extends AbstractRepositoryListener {
        @Override
        public void artifactResolved(RepositoryEvent event) {
            if (event.getFile() == null || event.getArtifact() == null) return;
            Path file = event.getFile().toPath().toAbsolutePath().normalize();
            if (!file.startsWith(tree) || !Files.isRegularFile(file)) return;
            synchronized (files) {
                files.add(tree.relativize(file).toString());
            }
        }
    }
}
