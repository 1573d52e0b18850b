const list = document.getElementById("services");
const summary = document.getElementById("summary");

function line(className, text) {
  const paragraph = document.createElement("p");
  paragraph.className = className;
  paragraph.textContent = text;
  return paragraph;
}

function links(service) {
  const paragraph = line("links", "");
  for (const [title, path] of Object.entries(service.pages)) {
    const link = document.createElement("a");
    link.href = `http://${location.hostname}:${service.port}${path}`;
    link.textContent = title;
    paragraph.append(link);
  }
  return paragraph;
}

function item(service) {
  const entry = document.createElement("li");
  entry.className = service.well ? "well" : "";
  const name = document.createElement("strong");
  name.textContent = service.name;
  entry.append(name, line("", service.title), links(service));
  const login = [service.user && `user ${service.user}`, service.secret && `password under "${service.secret}"`];
  entry.append(line("faint", [`port ${service.port}`, ...login].filter(Boolean).join(" · ")));
  if (!service.well) entry.append(line("ill", service.detail));
  return entry;
}

async function ask() {
  try {
    const services = await (await fetch("health")).json();
    list.replaceChildren(...services.map(item));
    const well = services.filter((service) => service.well).length;
    summary.textContent = `${well} of ${services.length} services with a port are well.`;
  } catch {
    summary.textContent = "This page lost its server; it goes on asking.";
  }
  setTimeout(ask, 5000);
}

ask();
