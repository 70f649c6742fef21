import { BarController, BarElement, CategoryScale, Chart, LinearScale } from "chart.js";
import { addition } from "./addition.js";

Chart.register(BarController, BarElement, CategoryScale, LinearScale);

export function draw(canvas, numbers) {
  const chart = new Chart(canvas, {
    type: "bar",
    data: { labels: numbers.map(String), datasets: [{ data: numbers, backgroundColor: "#b00" }] },
    options: { animation: false, responsive: false },
  });
  canvas.dataset.bars = `${chart.getDatasetMeta(0).data.length} of ${addition(numbers)}`;
}
