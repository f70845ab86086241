import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Model;
import org.apache.maven.model.Parent;
import org.apache.maven.model.building.DefaultModelBuildingRequest;
import org.apache.maven.model.building.FileModelSource;
import org.apache.maven.model.building.ModelBuilder;
import org.apache.maven.model.building.ModelBuildingException;
import org.apache.maven.model.building.ModelBuildingRequest;
import org.apache.maven.model.building.ModelSource2;
import org.apache.maven.model.io.xpp3.MavenXpp3Reader;
import org.apache.maven.model.resolution.ModelResolver;
import org.apache.maven.model.resolution.UnresolvableModelException;
import org.codehaus.plexus.util.ReaderFactory;
import org.codehaus.plexus.util.xml.pull.XmlPullParserException;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.repository.WorkspaceReader;
import org.eclipse.aether.repository.WorkspaceRepository;
import org.eclipse.aether.resolution.VersionRangeRequest;
import org.eclipse.aether.resolution.VersionRangeResolutionException;
import org.eclipse.aether.resolution.VersionRangeResult;

/** The pom.xml files that were asked about: each with all that parents, profiles and properties add, read as data. */
final class Projects implements WorkspaceReader {
    private static final Pattern DEFINITION = Pattern.compile("-D([^=\\s]+)(?:=(\\S*))?");
    private final Repository repository;
    private final String javaVersion;
    private final ModelBuilder builder;
    private final WorkspaceRepository workspace = new WorkspaceRepository("projects");
    /** By group and artifact. */
    private final Map<String, Path> own = new HashMap<>();
    private final Map<Path, String> versions = new HashMap<>();

    Projects(Repository repository, List<Path> poms, String javaVersion) throws Exception {
        this.repository = repository;
        this.javaVersion = javaVersion;
        builder = repository.container.lookup(ModelBuilder.class);
        for (Path pom : poms) remember(pom);
        repository.session.setWorkspaceReader(this);
    }

    private void remember(Path pom) {
        try (Reader reader = ReaderFactory.newXmlReader(pom.toFile())) {
            Model raw = new MavenXpp3Reader().read(reader, false);
            Parent parent = raw.getParent();
            String group = raw.getGroupId() != null ? raw.getGroupId() : parent == null ? "" : parent.getGroupId();
            String version = raw.getVersion() != null ? raw.getVersion() : parent == null ? "" : parent.getVersion();
            own.put(group + ":" + raw.getArtifactId(), pom);
            versions.put(pom, version == null ? "" : version);
        } catch (IOException | XmlPullParserException error) {
            // Reading it as a project will say so.
        }
    }

    /** @return the effective model, as far as it could be made; what it lacks is noted as missing */
    Model read(Path pom, String label) {
        try {
            return builder.build(request(pom)).getEffectiveModel();
        } catch (ModelBuildingException error) {
            Model partial = error.getResult() == null ? null : error.getResult().getEffectiveModel();
            // A packaging that an extension brings is known to the build; the rest of the model is whole.
            boolean packaging = error.getProblems().stream()
                    .allMatch(one -> one.getMessage() != null && one.getMessage().startsWith("Unknown packaging"));
            if (!packaging || partial == null) {
                repository.addMissing("what it describes", label, new IOException(firstLine(error)));
            }
            return partial;
        }
    }

    private static String firstLine(ModelBuildingException error) {
        return error.getProblems().isEmpty() ? error.getMessage() : error.getProblems().get(0).getMessage();
    }

    private ModelBuildingRequest request(Path pom) {
        DefaultModelBuildingRequest request = new DefaultModelBuildingRequest();
        request.setPomFile(pom.toFile());
        request.setValidationLevel(ModelBuildingRequest.VALIDATION_LEVEL_MINIMAL);
        request.setProcessPlugins(true);
        request.setModelResolver(new Resolver());
        request.setSystemProperties(buildersProperties());
        request.setUserProperties(definitions(pom));
        return request;
    }

    /** Of the place where the builds run, not of this machine: profiles look at them. */
    private Properties buildersProperties() {
        Properties properties = new Properties();
        properties.putAll(System.getProperties());
        properties.setProperty("java.version", javaVersion);
        properties.setProperty("java.specification.version", javaVersion.split("\\.")[0]);
        properties.setProperty("os.name", "Linux");
        properties.setProperty("user.home", "/root");
        return properties;
    }

    /** `.mvn/maven.config` of the project or of a folder above it may define properties, such as a version. */
    private static Properties definitions(Path pom) {
        Properties found = new Properties();
        for (Path folder = pom.getParent(); folder != null; folder = folder.getParent()) {
            Path file = folder.resolve(".mvn/maven.config");
            if (!Files.isRegularFile(file)) continue;
            try {
                Matcher matcher = DEFINITION.matcher(Files.readString(file));
                while (matcher.find()) found.setProperty(matcher.group(1), matcher.group(2) == null ? "true" : matcher.group(2));
            } catch (IOException unreadable) {
                // Then it defines nothing.
            }
            break;
        }
        return found;
    }

    boolean isOwn(Artifact artifact) {
        return pomOf(artifact.getGroupId(), artifact.getArtifactId(), artifact.getVersion()) != null;
    }

    private Path pomOf(String group, String artifact, String version) {
        Path pom = own.get(group + ":" + artifact);
        if (pom == null) return null;
        String raw = versions.get(pom);
        return raw.isEmpty() || raw.contains("${") || raw.equals(version) ? pom : null;
    }

    @Override
    public WorkspaceRepository getRepository() {
        return workspace;
    }

    @Override
    public File findArtifact(Artifact artifact) {
        if (!artifact.getExtension().equals("pom")) return null;
        Path pom = pomOf(artifact.getGroupId(), artifact.getArtifactId(), artifact.getVersion());
        return pom == null ? null : pom.toFile();
    }

    @Override
    public List<String> findVersions(Artifact artifact) {
        Path pom = own.get(artifact.getGroupId() + ":" + artifact.getArtifactId());
        return pom == null ? new ArrayList<>() : List.of(versions.get(pom));
    }

    /** Finds parents and imported poms; repositories that a pom names are not asked. */
    private final class Resolver implements ModelResolver {
        @Override
        public ModelSource2 resolveModel(String group, String artifact, String version) throws UnresolvableModelException {
            Artifact found = repository.get(new DefaultArtifact(group, artifact, "", "pom", version), "parents and imports");
            if (found == null) throw new UnresolvableModelException("it could not be downloaded", group, artifact, version);
            return new FileModelSource(found.getFile());
        }

        @Override
        public ModelSource2 resolveModel(Parent parent) throws UnresolvableModelException {
            parent.setVersion(highest(parent.getGroupId(), parent.getArtifactId(), parent.getVersion()));
            return resolveModel(parent.getGroupId(), parent.getArtifactId(), parent.getVersion());
        }

        @Override
        public ModelSource2 resolveModel(Dependency dependency) throws UnresolvableModelException {
            dependency.setVersion(highest(dependency.getGroupId(), dependency.getArtifactId(), dependency.getVersion()));
            return resolveModel(dependency.getGroupId(), dependency.getArtifactId(), dependency.getVersion());
        }

        /** The version, or the highest one of a range. */
        private String highest(String group, String artifact, String version) throws UnresolvableModelException {
            if (version == null || !version.matches("[\\[(].*")) return version;
            try {
                Artifact asked = new DefaultArtifact(group, artifact, "", "pom", version);
                VersionRangeResult range = repository.system.resolveVersionRange(
                        repository.session, new VersionRangeRequest(asked, repository.remotes, null));
                if (range.getHighestVersion() == null) throw new UnresolvableModelException("no such version", group, artifact, version);
                return range.getHighestVersion().toString();
            } catch (VersionRangeResolutionException error) {
                throw new UnresolvableModelException(error.getMessage(), group, artifact, version, error);
            }
        }

        @Override
        public void addRepository(org.apache.maven.model.Repository named) {
            // On purpose: see the class.
        }

        @Override
        public void addRepository(org.apache.maven.model.Repository named, boolean replace) {
            // On purpose: see the class.
        }

        @Override
        public ModelResolver newCopy() {
            return this;
        }
    }
}
