import java.util.ArrayList;
import java.util.List;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.PluginExecution;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.graph.Dependency;

/** What a plugin fetches while it runs, which no list of dependencies names. */
final class PluginExtras {
    private final Plugin plugin;
    private final String version;
    private final List<Dependency> managed;

    PluginExtras(Plugin plugin, String version, List<Dependency> managed) {
        this.plugin = plugin;
        this.version = version;
        this.managed = managed;
    }

    /** Which provider runs the tests is a guess from the dependencies; one too many harms nobody. */
    boolean isSure() {
        return !isSurefire();
    }

    private boolean isSurefire() {
        return plugin.getArtifactId().equals("maven-surefire-plugin") || plugin.getArtifactId().equals("maven-failsafe-plugin");
    }

    List<DefaultArtifact> wanted(List<Artifact> used) {
        List<DefaultArtifact> wanted = new ArrayList<>();
        if (isSurefire()) addProviders(wanted, used);
        addConfigured(wanted, plugin.getConfiguration());
        for (PluginExecution execution : plugin.getExecutions()) addConfigured(wanted, execution.getConfiguration());
        return wanted;
    }

    private void addProviders(List<DefaultArtifact> wanted, List<Artifact> used) {
        for (Artifact one : used) {
            String id = one.getArtifactId();
            if (id.equals("junit-platform-commons")) {
                wanted.add(provider("surefire-junit-platform"));
                // Surefire takes the launcher that fits the engine which the project brings.
                wanted.add(new DefaultArtifact(one.getGroupId(), "junit-platform-launcher", "", "jar", one.getVersion()));
                wanted.add(new DefaultArtifact(one.getGroupId(), "junit-platform-engine", "", "jar", one.getVersion()));
            } else if (id.equals("junit-jupiter-api")) {
                wanted.add(new DefaultArtifact(one.getGroupId(), "junit-jupiter-engine", "", "jar", one.getVersion()));
            } else if (id.equals("junit")) {
                wanted.add(provider("surefire-junit4"));
                wanted.add(provider("surefire-junit47"));
            } else if (id.equals("testng")) {
                wanted.add(provider("surefire-testng"));
            }
        }
        if (!used.isEmpty()) wanted.add(provider("surefire-junit3"));
    }

    private DefaultArtifact provider(String name) {
        return new DefaultArtifact("org.apache.maven.surefire", name, "", "jar", version);
    }

    /** Annotation processors, files to unpack, …: wherever a configuration spells out a group, an artifact and a version. */
    private void addConfigured(List<DefaultArtifact> wanted, Object configuration) {
        if (!(configuration instanceof Xpp3Dom dom)) return;
        String group = CoreExtensions.text(dom, "groupId");
        String artifact = CoreExtensions.text(dom, "artifactId");
        // What is left out or excluded is spelled alike, without a version of its own.
        if (group != null && artifact != null && !dom.getName().equals("exclude") && !dom.getName().equals("exclusion")) {
            String named = CoreExtensions.text(dom, "version");
            String found = named != null ? named : managedVersion(group, artifact);
            String type = CoreExtensions.text(dom, "type");
            String classifier = CoreExtensions.text(dom, "classifier");
            if (found != null && !found.contains("${")) {
                wanted.add(new DefaultArtifact(
                        group, artifact, classifier == null ? "" : classifier, type == null ? "jar" : type, found));
            }
        }
        for (Xpp3Dom child : dom.getChildren()) addConfigured(wanted, child);
    }

    private String managedVersion(String group, String artifact) {
        for (Dependency one : managed) {
            Artifact candidate = one.getArtifact();
            if (candidate.getGroupId().equals(group) && candidate.getArtifactId().equals(artifact)) return candidate.getVersion();
        }
        return null;
    }
}
