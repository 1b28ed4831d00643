import { mount } from 'svelte';
import App from './App.svelte';
import { Live } from './live/live.svelte.ts';
import './styles/app.css';

const live = new Live();
live.start();
mount(App, { target: document.getElementById('app') as HTMLElement, props: { live } });
