// Draws the charts of a page. The table beside each says the same, so a browser that cannot draw loses nothing.
import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

interface Picture {
  kind: 'bar' | 'line';
  title: string;
  unit: string;
  labels: string[];
  series: { name: string; values: (number | null)[] }[];
}

const COLOURS = ['#c98a1e', '#28604a', '#365a70', '#ad2419', '#645949'];
const INK = '#29231c';
const LINE = '#e2d8c6';

echarts.use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

function draw(place: HTMLElement): void {
  const data = place.dataset['chart'];
  if (!data || place.dataset['drawn']) return;
  place.dataset['drawn'] = 'yes';
  place.hidden = false;
  place.parentElement?.querySelector('details')?.removeAttribute('open');
  const picture = JSON.parse(data) as Picture;
  const chart = echarts.init(place, undefined, { renderer: 'canvas' });
  chart.setOption(option(picture));
  window.addEventListener('resize', () => chart.resize());
}

function option(picture: Picture): echarts.EChartsCoreOption {
  const size = Number.parseFloat(getComputedStyle(document.body).fontSize) * 0.85;
  const text = { color: INK, fontSize: size, fontFamily: getComputedStyle(document.body).fontFamily };
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  return {
    color: COLOURS,
    animation: !still,
    animationDuration: 300,
    textStyle: text,
    // Drawn inside the picture: the page's policy refuses the styled boxes that it would write otherwise.
    tooltip: { trigger: 'axis', renderMode: 'richText', textStyle: text },
    legend: { show: picture.series.length > 1, bottom: 0, textStyle: text },
    grid: { left: 8, right: 8, top: 16, bottom: picture.series.length > 1 ? 40 : 8, containLabel: true },
    xAxis: { type: 'category', data: picture.labels, axisLabel: text, axisLine: { lineStyle: { color: LINE } }, axisTick: { show: false } },
    yAxis: { type: 'value', axisLabel: text, splitLine: { lineStyle: { color: LINE } } },
    series: picture.series.map(({ name, values }) => ({
      name,
      type: picture.kind,
      data: values,
      barMaxWidth: 28,
      symbolSize: 7,
    })),
  };
}

function drawAll(): void {
  for (const place of document.querySelectorAll<HTMLElement>('[data-chart]')) draw(place);
}

document.addEventListener('huiyin:charts', drawAll);

// On paper the table takes the place of the picture.
window.addEventListener('beforeprint', () => {
  for (const table of document.querySelectorAll('.chart details')) table.setAttribute('open', '');
});
