// Moves a chart's cursor and reads the curves off at its slider's position.
(() => {
  const money = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
  const count = (n) => {
    for (const [size, name] of [[1e9, " G"], [1e6, " M"], [1e3, " k"]]) {
      if (n >= size) return Number((n / size).toPrecision(3)) + name;
    }
    return String(Math.round(n));
  };
  for (const slider of document.querySelectorAll("input[data-figure]")) {
    const id = slider.dataset.figure;
    const data = JSON.parse(document.getElementById(id + "-data").textContent);
    const cursor = document.getElementById(id + "-cursor");
    const requests = document.getElementById(id + "-requests");
    const amounts = data.names.map((_, i) => document.getElementById(id + "-usd-" + i));
    const read = () => {
      const k = Number(slider.value);
      const from = Math.log(data.requests[0]);
      const to = Math.log(data.requests[data.requests.length - 1]);
      const x = data.left + ((data.right - data.left) * (Math.log(data.requests[k]) - from)) / (to - from);
      cursor.setAttribute("x1", x);
      cursor.setAttribute("x2", x);
      requests.textContent = count(data.requests[k]);
      slider.setAttribute("aria-valuetext", count(data.requests[k]) + " requests a month");
      const least = Math.min(...data.usd.map((usd) => usd[k]));
      amounts.forEach((a, i) => {
        a.textContent = money.format(data.usd[i][k]);
        a.parentElement.classList.toggle("least", data.usd[i][k] === least);
      });
    };
    slider.addEventListener("input", read);
    read();
  }
  // On paper nothing opens, so what belongs to the tables does before; lists of every
  // line would make a book of it, and stay in the page.
  addEventListener("beforeprint", () => document.querySelectorAll("details[data-print]").forEach((d) => { d.open = true; }));
})();
