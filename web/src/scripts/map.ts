// Draws the counties. The table beside it says the same, so a browser that cannot draw loses nothing.
import { MapChart } from 'echarts/charts';
import { TooltipComponent, VisualMapComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

interface Area {
  name: string;
  posted: number;
  open: number;
  echoed: number;
  href: string;
}

type Kind = 'posted' | 'open' | 'echoed';
const KINDS: [Kind, string][] = [
  ['posted', '上墙'],
  ['open', '还没答复'],
  ['echoed', '已有回音'],
];
const SHADES = ['#f6ecd6', '#eacb8f', '#d9a04a', '#b06d1c', '#7c4310'];
const INK = '#29231c';

echarts.use([MapChart, TooltipComponent, VisualMapComponent, CanvasRenderer]);

async function draw(place: HTMLElement): Promise<void> {
  const picture = place.querySelector<HTMLElement>('.map-picture');
  const outline = place.dataset['outline'];
  const data = place.dataset['map'];
  if (!picture || !outline || !data || place.dataset['drawn']) return;
  place.dataset['drawn'] = 'yes';
  const answer = await fetch(outline);
  if (!answer.ok) {
    picture.hidden = false;
    picture.textContent = '地图没有取到，请看表格。';
    return;
  }
  const shapes = (await answer.json()) as Parameters<typeof echarts.registerMap>[1];
  echarts.registerMap('city', shapes);
  picture.hidden = false;
  const areas = JSON.parse(data) as Area[];
  const chart = echarts.init(picture, undefined, { renderer: 'canvas' });
  const show = (kind: Kind) => chart.setOption(option(areas, kind));
  show('posted');
  picture.before(kinds(show));
  chart.on('click', (event) => {
    const area = areas.find(({ name }) => name === event.name);
    if (area) window.location.assign(area.href);
  });
  window.addEventListener('resize', () => chart.resize());
}

/** Buttons that change what the shades stand for. */
function kinds(show: (kind: Kind) => void): HTMLElement {
  const row = document.createElement('p');
  row.className = 'map-kinds';
  for (const [kind, label] of KINDS) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn btn-outline btn-sm';
    button.textContent = label;
    button.setAttribute('aria-pressed', String(kind === 'posted'));
    button.addEventListener('click', () => {
      for (const other of row.children) other.setAttribute('aria-pressed', String(other === button));
      show(kind);
    });
    row.append(button);
  }
  return row;
}

function option(areas: Area[], kind: Kind): echarts.EChartsCoreOption {
  const size = Number.parseFloat(getComputedStyle(document.body).fontSize) * 0.75;
  const text = { color: INK, fontSize: size, fontFamily: getComputedStyle(document.body).fontFamily };
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const most = Math.max(1, ...areas.map((area) => area[kind]));
  return {
    animation: !still,
    // Drawn inside the picture: the page's policy refuses the styled boxes that it would write otherwise.
    tooltip: {
      trigger: 'item',
      renderMode: 'richText',
      textStyle: text,
      formatter: ({ name }: { name: string }) => {
        const area = areas.find((one) => one.name === name);
        if (!area) return name;
        return `${name}\n${KINDS.map(([word, label]) => `${label} ${area[word]}`).join('\n')}`;
      },
    },
    visualMap: { min: 0, max: most, calculable: false, text: ['多', '少'], itemHeight: 96, left: 0, bottom: 0, textStyle: text, inRange: { color: SHADES } },
    series: [
      {
        type: 'map',
        map: 'city',
        aspectScale: 0.81,
        layoutCenter: ['50%', '50%'],
        layoutSize: '96%',
        label: { show: true, ...text, textBorderColor: '#fff', textBorderWidth: 2 },
        itemStyle: { borderColor: '#fff', borderWidth: 1 },
        emphasis: { label: { ...text, textBorderColor: '#fff', textBorderWidth: 2 }, itemStyle: { areaColor: '#f3d9d5' } },
        select: { disabled: true },
        data: areas.map((area) => ({ name: area.name, value: area[kind] })),
      },
    ],
  };
}

function drawAll(): void {
  for (const place of document.querySelectorAll<HTMLElement>('[data-map]')) void draw(place);
}

document.addEventListener('huiyin:map', drawAll);
